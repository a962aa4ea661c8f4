"""Files of a folder: all or none, within the folder, nothing overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.report.output_folder import write_folder

Write = Callable[[IO[bytes]], object]


def content(text: str) -> Write:
    return lambda stream: stream.write(text.encode())


def fails(stream: IO[bytes]) -> None:
    stream.write(b"half")
    raise OSError(28, "No space left on device")


def held(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too."""
    return {
        file.relative_to(folder).as_posix(): file.read_text()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def fault(folder: Path, files: dict[str, Write], *, replace: bool = False) -> str:
    with pytest.raises(EnvironmentFault) as raised:
        write_folder(folder, files, replace=replace)
    [diagnostic] = raised.value.diagnostics
    assert diagnostic.code is Code.OUTPUT
    return diagnostic.message


def test_a_new_folder_holds_the_files_and_nothing_else(tmp_path: Path) -> None:
    written = write_folder(tmp_path / "a" / "new", {"x.tf": content("x"), "in/y.tf": content("y")})
    assert written == (tmp_path / "a" / "new" / "x.tf", tmp_path / "a" / "new" / "in" / "y.tf")
    assert held(tmp_path) == {"a/new/in/y.tf": "y", "a/new/x.tf": "x"}


def test_other_files_of_a_folder_stay_and_the_same_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    (tmp_path / "other").write_text("other")
    write_folder(tmp_path, {"y": content("y")})
    assert fault(tmp_path, {"z": content("z"), "x": content("x")}) == "there is such a file already"
    assert held(tmp_path) == {"other": "other", "x": "old", "y": "y"}
    write_folder(tmp_path, {"z": content("z"), "x": content("x")}, replace=True)
    assert held(tmp_path) == {"other": "other", "x": "x", "y": "y", "z": "z"}


def test_where_one_file_fails_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")
    assert "no space left" in fault(tmp_path, {"x": content("x"), "y": fails}, replace=True)
    assert "no space left" in fault(tmp_path / "new", {"x": content("x"), "y": fails})
    assert held(tmp_path) == {"x": "old"}
    assert not (tmp_path / "new").exists()


def test_a_move_that_fails_on_its_way_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old a")
    rename = Path.rename

    def broken(self: Path, target: Path) -> Path:
        if self.name == "b" and self.parent.name == "new":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", broken)
    assert "input/output" in fault(tmp_path, {"a": content("a"), "b": content("b")}, replace=True)
    assert "input/output" in fault(tmp_path / "new", {"a": content("a"), "b": content("b")})
    assert held(tmp_path) == {"a": "old a"}
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "a/../../x", ".", "..", "", "a//b", "a/", "a\\b", "a\x00b", "a\nb", "./x"],
)
def test_a_name_that_leads_out_or_is_none_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    assert "no name of a file" in fault(folder, {"good": content("x"), name: content("y")})
    assert held(tmp_path) == {}


def test_a_link_within_the_folder_leads_nowhere_else(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "in"
    outside.mkdir()
    folder.mkdir()
    (folder / "sub").symlink_to(outside)
    assert "link" in fault(folder, {"sub/x": content("x")}, replace=True)
    (outside / "file").write_text("theirs")
    (folder / "file").symlink_to(outside / "file")
    assert "already" in fault(folder, {"file": content("x")})
    write_folder(folder, {"file": content("ours")}, replace=True)
    assert held(outside) == {"file": "theirs"}
    assert (folder / "file").read_text() == "ours"
    assert not (folder / "file").is_symlink()


def test_what_is_no_folder_or_no_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert fault(tmp_path / "file", {"x": content("x")}) == "a file is there"
    assert "cannot write" in fault(tmp_path / "file" / "in", {"x": content("x")})
    (tmp_path / "sub").mkdir()
    assert "folder of this name" in fault(tmp_path, {"sub": content("x")}, replace=True)
    assert "cannot write" in fault(Path("a\x00b"), {"x": content("x")})
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert fault(tmp_path / "loop", {"x": content("x")})
    assert held(tmp_path) == {"file": "x"}


def test_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_folder(Path(), {"x": content("x")}) == (Path("x"),)
    assert held(tmp_path) == {"x": "x"}
