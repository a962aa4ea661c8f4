"""Archives and installations in miniature, and a web server on this machine that serves one."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dynaproof.dynamodb.local.pins import ArchivePin


def make_jar(version: str) -> bytes:
    """A jar that says what DynamoDB Local's says of itself."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nMain-Class: a.Server\r\n")
        jar.writestr("META-INF/maven/a/DynamoDBLocal/pom.properties", f"version={version}\n")
    return content.getvalue()


def make_archive(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


@dataclass
class ArchiveSite:
    """Serves ``content``; while ``held``, it sends half of it and waits."""

    content: bytes
    url: str = ""
    requests: list[str] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def pin(self, version: str = "3.3.1") -> ArchivePin:
        return ArchivePin(version, self.url, hashlib.sha256(self.content).hexdigest())


@pytest.fixture
def server_jar() -> Callable[[str], bytes]:
    return make_jar


@pytest.fixture
def archive_of() -> Callable[[dict[str, bytes]], bytes]:
    return make_archive


@pytest.fixture
def archive_site() -> Iterator[ArchiveSite]:
    site = ArchiveSite(
        make_archive({"DynamoDBLocal.jar": make_jar("3.3.1"), "DynamoDBLocal_lib/a.jar": b"a"})
    )
    site.go_on.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(site.content)))
            self.end_headers()
            half = len(site.content) // 2
            try:
                self.wfile.write(site.content[:half])
                self.wfile.flush()
                site.asked.set()
                site.go_on.wait()
                self.wfile.write(site.content[half:])
            except ConnectionError:
                self.close_connection = True  # The client was killed: a test does so.

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        site.url = f"http://127.0.0.1:{httpd.server_port}/archive.tar.gz"
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield site
        site.go_on.set()
        httpd.shutdown()
        thread.join()


@pytest.fixture
def bare_environment(tmp_path: Path) -> dict[str, str]:
    """A machine with no program on its PATH."""
    return {"PATH": "", "HOME": str(tmp_path)}
