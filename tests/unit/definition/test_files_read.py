"""The files of a definition: itself, the template of its tables, the datasets of its entities."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.definition.files_read import files_read

CASES = [
    ("version: 1\n", []),
    ("entities: {a: {from: a.csv}, b: {count: 1}}\n", ["a.csv"]),
    ("tables: {from: t.yaml}\nentities: {a: {from: ../d/a.csv}}\n", ["t.yaml", "../d/a.csv"]),
    ("entities: [a]\ntables: 3\n", []),
    ("entities: {a: 3, b: {from: [x]}}\ntables: {from: 1}\n", []),
    ("entities: {a: {from: a.csv}, b: {from: a.csv}}\n", ["a.csv"]),
    ("a: [b\n", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "names"), CASES)
def test_files_that_are_read(tmp_path: Path, text: str, names: list[str]) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    assert files_read(file) == (file, *(tmp_path / name for name in names))


def test_a_file_that_is_not_there_is_itself(tmp_path: Path) -> None:
    assert files_read(tmp_path / "none.yaml") == (tmp_path / "none.yaml",)
