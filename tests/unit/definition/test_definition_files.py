"""Files that are no definition, and definitions that are good."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from dynaproof.definition.load import examine, load
from dynaproof.definition.yaml_text import MAX_BYTES
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.check import check_file

CASES = Path(__file__).parent / "cases"
GOOD = sorted((CASES / "good").glob("*.yaml"))
PATTERNS = sorted((Path(__file__).parents[3] / "patterns").glob("*.yaml"))
MINIMAL = "version: 1\nname: small\ntables: {chat: {partition_key: pk}}\n"


# As the course left it: its flaws are told, and are what it is there to show.
FLAWED = {"cruddur"}


@pytest.mark.parametrize("file", GOOD + PATTERNS, ids=lambda file: file.stem)
def test_a_good_definition_has_no_errors(file: Path) -> None:
    assert check_file(file).errors == ()


@pytest.mark.parametrize("file", PATTERNS, ids=lambda file: file.stem)
def test_only_a_flawed_pattern_file_has_findings_about_its_design(file: Path) -> None:
    assert bool(check_file(file).diagnostics) == (file.stem in FLAWED)


def _directory(folder: Path) -> Path:
    return folder


def _missing(folder: Path) -> Path:
    return folder / "nowhere.yaml"


def _latin_1(folder: Path) -> Path:
    file = folder / "latin.yaml"
    file.write_bytes(MINIMAL.replace("small", "klein\u00e9").encode("latin-1"))
    return file


def _utf_16(folder: Path) -> Path:
    file = folder / "wide.yaml"
    file.write_bytes(MINIMAL.encode("utf-16"))
    return file


def _huge(folder: Path) -> Path:
    file = folder / "huge.yaml"
    with file.open("wb") as out:
        out.truncate(MAX_BYTES + 1)
    return file


def _below_a_file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file" / "chat.yaml"


def _name_too_long(folder: Path) -> Path:
    return folder / ("x" * 5_000)


def _nul_in_name(folder: Path) -> Path:
    return folder / "a\0b"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_directory, Code.FILE_UNREADABLE),
        (_missing, Code.FILE_UNREADABLE),
        (_latin_1, Code.FILE_UNREADABLE),
        (_utf_16, Code.FILE_UNREADABLE),
        (_huge, Code.TOO_LARGE),
        (_below_a_file, Code.FILE_UNREADABLE),
        (_name_too_long, Code.FILE_UNREADABLE),
        (_nul_in_name, Code.FILE_UNREADABLE),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error_that_names_it(
    make: object, code: Code, tmp_path: Path
) -> None:
    assert callable(make)
    file: Path = make(tmp_path)
    with pytest.raises(InputError) as raised:
        examine(file)
    [found] = raised.value.diagnostics
    assert found.code is code
    assert found.place is not None
    assert found.place.file == str(file)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "marked.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert load(file).name == "small"


def test_a_device_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(InputError) as raised:
        examine(Path("/dev/zero"))
    assert [found.code for found in raised.value.diagnostics] == [Code.TOO_LARGE]


def test_line_ends_of_windows_count_as_one(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(MINIMAL.replace("\n", "\r\n").encode() + b"nmae: x\r\n")
    assert [str(found.place) for found in examine(file).diagnostics] == [f"{file}:4:1"]


def test_load_raises_all_findings_of_a_definition(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text("version: 1\nname: two\nnmae: three\ntables: {chat: {partition_kye: pk}}\n")
    with pytest.raises(InputError) as raised:
        load(file)
    assert [str(found.place) for found in raised.value.diagnostics] == [
        f"{file}:3:1",
        f"{file}:4:17",
    ]


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_bytes(MINIMAL.encode())
    assert load(file).digest == hashlib.sha256(MINIMAL.encode()).hexdigest()


def test_reading_a_definition_loads_nothing_heavy() -> None:
    heavy = ("duckdb", "numpy", "pyarrow", "boto3", "botocore", "mimesis", "matplotlib", "pandas")
    code = (
        "import sys, pathlib\n"
        "from dynaproof.definition.load import load\n"
        f"load(pathlib.Path({str(PATTERNS[0])!r}))\n"
        f"print([name for name in {heavy!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
