"""Files are written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.report.output_file import write_atomically


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    write_atomically(file, b"one")
    write_atomically(file, b"two")
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_has_the_usual_rights_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    written = tmp_path / "run.json"
    write_atomically(written, b"")
    assert written.stat().st_mode == usual.stat().st_mode
    written.chmod(0o640)
    write_atomically(written, b"again")
    assert written.stat().st_mode & 0o777 == 0o640


def test_a_link_keeps_pointing_to_its_file(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_what_is_no_file_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("folder", "folder of this name", id="a folder in the way"),
        pytest.param("missing/run.json", "Make the folder", id="no such folder"),
        pytest.param("file/run.json", "", id="a file in the place of a folder"),
        pytest.param("x" * 300, "", id="too long a name"),
        pytest.param("a\0b", "", id="a null character"),
        pytest.param("loop", "", id="a link to itself"),
    ],
)
def test_what_cannot_be_written_is_a_fault_and_leaves_nothing(
    tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EnvironmentFault) as caught:
        write_atomically(tmp_path / name, b"data")
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.code is Code.OUTPUT
    assert diagnostic.place is not None
    assert diagnostic.place.file == str(tmp_path / name)
    assert says in diagnostic.hint
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(b"old")
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from dynaproof.model.diagnostic import EnvironmentFault\n"
        "from dynaproof.report.output_file import write_atomically\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomically(Path(sys.argv[1]), b'x' * 5000)\n"
        "except EnvironmentFault as fault: print(fault.diagnostics[0].code.value)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "DP513\n"
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
