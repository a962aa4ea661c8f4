"""DynamoDB Local through the machine's ``mvn``, with the user's own settings."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from dynaproof.dynamodb.local.digest import check_folder, pinned_digests
from dynaproof.dynamodb.local.java import find_java
from dynaproof.dynamodb.local.obtain import Unobtainable, run_tool
from dynaproof.dynamodb.local.pins import MavenPin
from dynaproof.model.diagnostic import EnvironmentFault

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
CONNECT_MILLISECONDS = 5_000


def obtain_by_maven(pin: MavenPin, into: Path, environment: Mapping[str, str]) -> None:
    """Copy the artifact and its dependencies into a folder and hold them to their digests.

    Raises Unobtainable, or EnvironmentFault (DP503) when a file is not the pinned one.
    """
    copy_dependencies(pin, into, environment)
    check_folder(into, pinned_digests(pin.digests), "do not run it; see what repository mvn uses")


def copy_dependencies(pin: MavenPin, into: Path, environment: Mapping[str, str]) -> None:
    """Copy, unchecked; raises Unobtainable."""
    mvn = shutil.which("mvn", path=environment.get("PATH", ""))
    if mvn is None:
        raise Unobtainable("mvn is not on PATH")
    into.mkdir(parents=True, exist_ok=True)
    project = into / "pom.xml"
    project.write_text(_project(pin), encoding="utf-8")
    run_tool(
        [
            mvn,
            *("--quiet", "--batch-mode", "--update-snapshots", "--file", str(project)),
            # Maven 3 reads the one, Maven 4 the other.
            f"-Dmaven.wagon.http.connectionTimeout={CONNECT_MILLISECONDS}",
            f"-Daether.connector.connectTimeout={CONNECT_MILLISECONDS}",
            PLUGIN,
            *("-DincludeScope=runtime", f"-DoutputDirectory={into}"),
        ],
        into,
        _with_java(environment),
    )
    project.unlink()


def _with_java(environment: Mapping[str, str]) -> dict[str, str]:
    """Let mvn use the wheel's Java where the machine has none."""
    variables = dict(environment)
    if "JAVA_HOME" in variables or shutil.which("java", path=variables.get("PATH", "")):
        return variables
    try:
        return variables | {"JAVA_HOME": str(find_java(environment=environment).home)}
    except EnvironmentFault as fault:
        raise Unobtainable(f"mvn has no Java: {fault.diagnostics[0].message}") from fault


def _project(pin: MavenPin) -> str:
    managed = [_dependency(*each) for each in pin.managed]
    if pin.bom:
        managed.append(_dependency(*pin.bom, more="<type>pom</type><scope>import</scope>"))
    return f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dynaproof</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>{pin.version}</version>
  <packaging>pom</packaging>
  <dependencyManagement>{_dependencies(managed)}</dependencyManagement>
  {_dependencies([_dependency(pin.group, "DynamoDBLocal", pin.version)])}
</project>
"""


def _dependencies(each: Iterable[str]) -> str:
    return f"<dependencies>{''.join(each)}</dependencies>"


def _dependency(group: str, artifact: str, version: str, more: str = "") -> str:
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version>{more}</dependency>"
    )
