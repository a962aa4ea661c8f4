"""Write the pages of docs/reference that say in words what the JSON Schemas say.

Run it after a change: ``python tools/json_pages.py``. tests/unit/report/test_published_schemas.py
holds the pages against the schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any  # a JSON Schema

from dynaproof.report.published_schemas import published_schema

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
Schema = Mapping[str, Any]
HEADS = {
    "prove": """\
# The JSON of a proof

`dynaproof prove DEFINITION --format json` prints it, and `-o json=FILE` writes it to a file, whole
or not at all. `dynaproof schema --prove` prints the JSON Schema; this page says the same in words.
The same definition, seed, sets of facts and server version give the same bytes where the time did
not run out (`tried.stopped`).

Which access patterns have a counterexample, with jq:

```sh
jq -r '.counterexamples[] | [.code, .pattern, .summary] | @tsv' prove.json
```
""",
    "findings": """\
# The JSON of findings

`dynaproof check DEFINITION... --format json` prints them, and `-o json=FILE` writes them to a file.
`dynaproof schema --findings` prints the JSON Schema; this page says the same in words.

How many findings there are of each code, with jq:

```sh
jq -r 'group_by(.code)[] | [.[0].code, length] | @tsv' findings.json
```
""",
}


def json_page(name: str) -> str:
    """The page of one schema."""
    schema: Schema = json.loads(published_schema(name))
    lines = [f"<!-- Written by tools/json_pages.py from {name}.schema.json. -->", ""]
    lines += [HEADS[name], *_part(name, schema)]
    for part, inner in schema["$defs"].items():
        lines += _part(part, inner)
    return "\n".join(lines).rstrip() + "\n"


def _part(name: str, schema: Schema) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield str(schema["description"])
    yield ""
    if schema["type"] == "array":
        yield f"A {_type(schema)}."
        yield ""
        return
    yield "| property | type | meaning |"
    yield "| --- | --- | --- |"
    yield from _rows(schema, "")
    yield ""


def _rows(schema: Schema, before: str) -> Iterator[str]:
    for name, value in schema["properties"].items():
        meaning = value.get("description", "")
        yield f"| `{before}{name}` | {_type(value)} | {meaning} |"
        if "properties" in value:
            yield from _rows(value, f"{before}{name}.")


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    stated = schema["type"]
    types = [stated] if isinstance(stated, str) else stated
    inner = f"list of {_type(schema['items'])}" if "items" in schema else "list"
    return " or ".join(inner if one == "array" else one for one in types)


PAGES = {f"{name}-json.md": name for name in HEADS}


if __name__ == "__main__":
    for file, name in PAGES.items():
        (REFERENCE / file).write_text(json_page(name), encoding="utf-8")
