"""What a folder with DynamoDB Local in it says of itself."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dynaproof.dynamodb.local.digest import pinned_digests
from dynaproof.dynamodb.local.installation import Installation, recognise
from dynaproof.dynamodb.local.pins import PINS, MavenPin
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault


def plain_jar(path: Path, manifest: str = "Main-Class: a.Server\r\n") -> None:
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", manifest)


def test_the_layout_of_aws_names_its_libraries_in_the_jar(
    tmp_path: Path, server_jar: Callable[[str], bytes]
) -> None:
    (tmp_path / "DynamoDBLocal.jar").write_bytes(server_jar("3.3.1"))
    (tmp_path / "DynamoDBLocal_lib").mkdir()
    found = recognise(tmp_path, "named folder")
    assert found.version == "3.3.1"
    assert found.java_arguments == (
        f"-Djava.library.path={tmp_path / 'DynamoDBLocal_lib'}",
        "-cp",
        str(tmp_path / "DynamoDBLocal.jar"),
        "a.Server",
    )


def test_the_layout_of_maven_needs_every_jar_on_the_class_path(tmp_path: Path) -> None:
    plain_jar(tmp_path / "DynamoDBLocal-3.0.0.jar")
    for name in ("a.jar", "z.jar", "libsqlite4java-linux-amd64-1.0.392.so"):
        (tmp_path / name).touch()
    found = recognise(tmp_path, "Maven")
    assert found.version == "3.0.0"
    assert [path.name for path in found.class_path] == ["DynamoDBLocal-3.0.0.jar", "a.jar", "z.jar"]


def test_the_version_of_older_archives_is_in_their_release_notes(tmp_path: Path) -> None:
    plain_jar(tmp_path / "DynamoDBLocal.jar")
    notes = "README\n\nRelease Notes\n\n2024-11-06 (1.25.1)\n * a\n\n2023-12-18 (1.25.0)\n * b\n"
    (tmp_path / "README.txt").write_text(notes)
    assert recognise(tmp_path, "npm").version == "1.25.1"


@pytest.mark.parametrize(
    ("version", "known"),
    [("1.23.0", False), ("1.24.0", True), ("1.25.1", True), ("3.3.1", True), ("unknown", True)],
)
def test_telemetry_is_turned_off_where_the_version_has_it(
    tmp_path: Path, version: str, known: bool
) -> None:
    installation = Installation(tmp_path, version, "named folder", tmp_path / "a.jar", "a.Server")
    assert installation.has_telemetry is known


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "holds no DynamoDBLocal.jar"), (b"no zip", "cannot be read"), ("x", "no main class")],
)
def test_a_folder_that_is_not_it_is_refused(
    tmp_path: Path, content: bytes | str | None, says: str
) -> None:
    jar = tmp_path / "DynamoDBLocal.jar"
    if isinstance(content, bytes):
        jar.write_bytes(content)
    elif content:
        plain_jar(jar, "Manifest-Version: 1.0\r\n")
    with pytest.raises(EnvironmentFault, match=says) as raised:
        recognise(tmp_path, "named folder")
    assert raised.value.diagnostics[0].code is Code.DOWNLOAD
    assert raised.value.diagnostics[0].hint


@pytest.mark.parametrize("pin", [pin for pin in PINS if isinstance(pin, MavenPin)])
def test_every_maven_pin_ships_the_digests_of_the_server_and_its_libraries(pin: MavenPin) -> None:
    digests = pinned_digests(pin.digests)
    assert f"DynamoDBLocal-{pin.version}.jar" in digests
    assert any(name.startswith("sqlite4java") for name in digests)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests.values())
