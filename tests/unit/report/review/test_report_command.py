"""``dynaproof report`` from the JSON of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dynaproof.cli import main


@pytest.fixture
def run_json(document: dict[str, object], tmp_path: Path) -> Path:
    file = tmp_path / "run.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def _report(*arguments: str | Path, given: str = "") -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)], input=given)


def test_one_run_is_written_in_all_forms_into_a_new_folder(run_json: Path, tmp_path: Path) -> None:
    files = [tmp_path / "out" / f"review.{suffix}" for suffix in ("html", "md", "pdf", "json")]
    result = _report(run_json, *(word for file in files for word in ("-o", file)))
    assert result.exit_code == 0, result.output
    html, markdown, pdf, data = (file.read_bytes() for file in files)
    assert html.startswith(b"<!doctype html>")
    assert markdown.startswith(b"# shop: design review")
    assert pdf.startswith(b"%PDF-")
    assert data == run_json.read_bytes()


def test_standard_input_is_read(run_json: Path, tmp_path: Path) -> None:
    file = tmp_path / "review.md"
    result = _report("-", "-o", file, given=run_json.read_text(encoding="utf-8"))
    assert result.exit_code == 0, result.output
    assert file.exists()


@pytest.mark.parametrize(
    ("name", "more", "status", "said"),
    [
        ("review.txt", [], 2, "DP513"),
        ("review", [], 2, ".html, .pdf, .md or .json"),
        ("review.html", ["--prove"], 2, "--prove needs a definition"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_written(
    name: str, more: list[str], status: int, said: str, run_json: Path, tmp_path: Path
) -> None:
    result = _report(run_json, "-o", tmp_path / name, *more)
    assert result.exit_code == status
    assert said in result.output
    assert not (tmp_path / name).exists()


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text("{}", encoding="utf-8")
    result = _report(file, "-o", tmp_path / "review.html")
    assert result.exit_code == 2
    assert "DP116" in result.output
    assert not (tmp_path / "review.html").exists()
