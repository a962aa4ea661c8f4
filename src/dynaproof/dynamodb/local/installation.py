"""A folder that holds DynamoDB Local, in AWS's layout or as Maven lays it out."""

from __future__ import annotations

import os
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault

LIBRARIES = "DynamoDBLocal_lib"
UNKNOWN_VERSION = "unknown"
# AWS's release notes: 1.24.0 brought telemetry and the option that turns it off.
FIRST_WITH_TELEMETRY = (1, 24)

_MAIN_CLASS = re.compile(r"^Main-Class:\s*(\S+)", re.MULTILINE)
_POM_VERSION = re.compile(r"^version=(\S+)", re.MULTILINE)
_NEWEST_RELEASE_NOTE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}\s+\((\d[\d.]*)\)", re.MULTILINE)
_JAR_VERSION = re.compile(r"DynamoDBLocal-(\d[\d.]*)\.jar")


@dataclass(frozen=True, slots=True)
class Installation:
    """DynamoDB Local in a folder; ``source`` says where it came from."""

    folder: Path
    version: str
    source: str
    jar: Path
    main_class: str

    @property
    def class_path(self) -> tuple[Path, ...]:
        """The server's jar first; AWS's layout names its libraries in the jar's manifest."""
        if (self.folder / LIBRARIES).is_dir():
            return (self.jar,)
        others = (path for path in self.folder.glob("*.jar") if path != self.jar)
        return (self.jar, *sorted(others))

    @property
    def java_arguments(self) -> tuple[str, ...]:
        """What java needs to run the server's main class, without the server's own options."""
        libraries = self.folder / LIBRARIES
        return (
            f"-Djava.library.path={libraries if libraries.is_dir() else self.folder}",
            "-cp",
            os.pathsep.join(str(path) for path in self.class_path),
            self.main_class,
        )

    @property
    def has_telemetry(self) -> bool:
        """Whether the server knows ``-disableTelemetry``; an unknown version is taken as new."""
        numbers = re.findall(r"\d+", self.version)
        return not numbers or tuple(map(int, numbers)) >= FIRST_WITH_TELEMETRY


def recognise(folder: Path, source: str) -> Installation:
    """Read what is in a folder; raises EnvironmentFault (DP502) when it is not DynamoDB Local."""
    folder = folder.expanduser().resolve()
    jars = [*folder.glob("DynamoDBLocal.jar"), *sorted(folder.glob("DynamoDBLocal-*.jar"))]
    if not jars:
        raise EnvironmentFault.of(
            Code.DOWNLOAD,
            f"{folder} holds no DynamoDBLocal.jar",
            hint="name the folder into which DynamoDB Local's archive was unpacked",
        )
    jar = jars[0]
    try:
        with zipfile.ZipFile(jar) as archive:
            names = archive.namelist()
            manifest = archive.read("META-INF/MANIFEST.MF").decode()
            properties = [name for name in names if name.endswith("/DynamoDBLocal/pom.properties")]
            pom = archive.read(properties[0]).decode() if properties else ""
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise EnvironmentFault.of(
            Code.DOWNLOAD, f"{jar} cannot be read: {error}", hint="unpack the archive again"
        ) from error
    main_class = _MAIN_CLASS.search(manifest)
    if main_class is None:
        raise EnvironmentFault.of(
            Code.DOWNLOAD, f"{jar} is not a server: it names no main class", hint="unpack it again"
        )
    return Installation(folder, _version(jar, pom), source, jar, main_class[1])


def _version(jar: Path, pom: str) -> str:
    if found := _POM_VERSION.search(pom):
        return found[1]
    if found := _JAR_VERSION.fullmatch(jar.name):
        return found[1]
    notes = jar.with_name("README.txt")
    if notes.is_file() and (
        found := _NEWEST_RELEASE_NOTE.search(notes.read_text(encoding="utf-8", errors="replace"))
    ):
        return found[1]
    return UNKNOWN_VERSION
