"""What pages about exports show is what the commands on them write."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from dynaproof.cli import main
from dynaproof.exchange.outgoing.formats import FORMATS

ROOT = Path(__file__).parents[3]
FORMATS_FOLDER = ROOT / "docs" / "reference" / "formats"
PAGES = [FORMATS_FOLDER / f"{name}.md" for name in ("cloudformation-export", "terraform", "cdk")]
SHOWN = re.compile(r"`([\w./-]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
COMMANDS = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(page: Path) -> list[list[str]]:
    blocks = COMMANDS.findall(page.read_text())
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_its_command_writes(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (stated, definition), *written = SHOWN.findall(page.read_text())
    Path(stated).write_text(definition)
    for command in commands(page):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.stderr
        assert "not carried" not in done.stderr
    assert written
    for name, content in written:
        assert Path(name).read_text() == content


def test_the_how_to_names_every_form_and_its_commands_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ROOT / "docs" / "how-to" / "export.md"
    for form in FORMATS.values():
        assert f"`{form.name}`" in page.read_text()
        for suffix in form.functions:
            assert not suffix or f"`{suffix}`" in page.read_text()
    (tmp_path / "patterns").symlink_to(ROOT / "patterns")
    monkeypatch.chdir(tmp_path)
    for command in commands(page):
        assert CliRunner().invoke(main, command).exit_code == 0
    [code] = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    exec(code, {})
    assert Path("catalog/main.tf.json").is_file()
