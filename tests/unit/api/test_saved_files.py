"""A save is noticed however an editor makes it, and only where it changes something."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dynaproof.api.saved_files import SavedFiles


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def by_rename(file: Path, text: str) -> None:
    beside = file.with_name("4913~")
    beside.write_text(text)
    beside.replace(file)


def with_a_backup(file: Path, text: str) -> None:
    file.rename(file.with_name("a.yaml~"))
    file.write_text(text)


def as_old_as_before(file: Path, text: str) -> None:
    """Another content of another length, and the time of the old one, as by a checkout."""
    found = file.stat()
    file.write_text(text)
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.mark.parametrize("save", [in_place, by_rename, with_a_backup, as_old_as_before])
def test_a_save_is_noticed_once(tmp_path: Path, save: Callable[[Path, str], None]) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one")
    files = SavedFiles([file])
    assert not files.saved()
    assert files.take() == ()
    save(file, "two and more")
    assert files.saved()
    assert files.take() == (file,)
    assert files.take() == ()


def test_the_same_bytes_are_no_change(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one")
    files = SavedFiles([file])
    by_rename(file, "one")
    assert files.take() == ()
    assert not files.saved()


def test_a_file_that_is_emptied_first_is_read_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one")
    writes = ["", "tw", "two"]

    def wait(_seconds: float) -> None:
        if writes:
            file.write_text(writes.pop(0))

    files = SavedFiles([file], wait)
    file.write_text("")
    assert files.take() == (file,)
    assert writes == []
    assert files.take() == ()


def test_a_file_may_go_and_come_back(tmp_path: Path) -> None:
    file = tmp_path / "facts.csv"
    files = SavedFiles([file])
    assert files.take() == ()
    file.write_text("id\n1\n")
    assert files.take() == (file,)
    file.unlink()
    assert files.take() == (file,)


def test_files_may_be_added_and_given_up(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for file in (first, second):
        file.write_text("one")
    files = SavedFiles([first])
    files.watch([first, second])
    assert files.take() == ()
    second.write_text("three")
    assert files.take() == (second,)
    files.watch([second])
    first.write_text("three")
    assert files.take() == ()


def test_waiting_ends_with_a_save_or_when_it_is_told_to(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("one")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            file.write_text("another")

    files = SavedFiles([file], wait)
    assert files.next(lambda: False) == (file,)
    assert files.next(lambda: True) == ()
