"""Write the digest list of a version that is pinned for Maven, for the maintainers.

``python -m dynaproof.dynamodb.local.pin_maven 3.3.1`` resolves it through ``mvn`` and writes the
SHA-256 of every file into ``digests/``. What it writes is then compared with what the project
publishes, and committed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from dynaproof.dynamodb.local.digest import as_lines, folder_digests
from dynaproof.dynamodb.local.maven import copy_dependencies
from dynaproof.dynamodb.local.pins import PINS, MavenPin


def main(version: str) -> None:
    """Write ``digests/maven-VERSION.sha256``."""
    pin = next(pin for pin in PINS if isinstance(pin, MavenPin) and pin.version == version)
    with tempfile.TemporaryDirectory() as folder:
        copy_dependencies(pin, Path(folder), os.environ)
        lines = as_lines(folder_digests(Path(folder)))
    Path(__file__).with_name("digests").joinpath(f"{pin.digests}.sha256").write_text(lines)


if __name__ == "__main__":
    main(sys.argv[1])
