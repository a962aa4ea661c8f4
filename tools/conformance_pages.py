"""Write docs/reference/emulator-differences.md and the table of recorded cases in the README.

    python tools/conformance_pages.py

It runs ``dynaproof conformance`` on the versions below. tests/local/test_conformance_command.py holds
what is written against what it finds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from dynaproof.capacity.emulator_differences import DIFFERENCES, EVERY, Difference
from dynaproof.report.conformance_figures import ALL, GROUPS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "emulator-differences.md"
README = ROOT / "README.md"
CASES = "datasets/capacity-cases.json"
VERSIONS = ("3.3.1", "1.25.1")
BEGIN = "<!-- written by tools/conformance_pages.py -->"
END = "<!-- end -->"
COMMAND = ("conformance", CASES, *(f"--server-version={one}" for one in VERSIONS))

Document = dict[str, Any]
"""What ``conformance --format json`` writes."""

HEAD = f"""\
# Where DynamoDB Local differs from the service

Written by `tools/conformance_pages.py` from `src/dynaproof/capacity/emulator_differences.py` and
from what `dynaproof conformance` finds.

DynamoDB Local is exact for the sizes of items, for writes of one item by expressions on tables
with global secondary indexes alone, and for reads of less than 1 MB that find something. Elsewhere
it counts otherwise than the service, by rules of its own. So each figure can be had twice, as the
service's rules predict it and as it was measured, and where they differ the known difference has a
code.

## Recorded cases

`{CASES}` holds requests whose ConsumedCapacity, or whose acceptance, was
recorded on the service, each with its source. So many of them agree:
"""
BETWEEN = """\
The cases of item sizes hold items of exactly 400 KB and of one byte more against acceptance and
refusal. Run it yourself:

```sh
dynaproof conformance --server-version 3.3.1 --server-version 1.25.1
dynaproof conformance --endpoint-url http://127.0.0.1:8000
dynaproof conformance --moto
```

With `--endpoint-url https://dynamodb.REGION.amazonaws.com --aws --table-prefix NAME-` the records
are held against the service in that region; each case has tables of its own there, which are
dropped again.

`--format json` gives expected, predicted and measured figures of every case:

| property | meaning |
| --- | --- |
| `format`, `version` | `dynaproof-conformance`, 1 |
| `file`, `exit_status` | the case file; 1 where the predictor differs or a case could not be run |
| `columns[]` | `name` (predictor, then emulators) with the counts `agrees`, `differs`, `excepted` |
| `cases[]` | `name`, `operation`, `group`, `source`, `expected` as it stands in the file |
| `cases[].predictor` | `outcome`, `consumed_capacity` by table, `error`, `differences`, `reason` |
| `cases[].emulators[]` | the same with `name`, and `known`: codes of known differences |
| `known_differences[]` | the codes that occur, as on this page |
| `faults[]` | cases that could not be run |
"""
KNOWN = """\
## Known differences

Found by the recorded cases and by requests around them. Each holds for every pinned version unless
versions are named. A figure that they do not explain to the last unit is said to be unexplained; of EMU05, EMU09 and
EMU11 only bounds are known.
"""


def differences_page(document: Document) -> str:
    """The reference page."""
    parts = [HEAD, cases_table(document), "", BETWEEN]
    parts += [*_excepted(document), "", KNOWN, *_overview(document)]
    parts += [_section(one, document) for one in DIFFERENCES.values()]
    return "\n".join(parts).rstrip() + "\n"


def cases_table(document: Document) -> str:
    """How many cases agree, by group and column."""
    names = [column["name"] for column in document["columns"]]
    total = Counter(group for case in document["cases"] for group in (case["group"], ALL))
    agree = Counter(
        (group, name)
        for case in document["cases"]
        for name, outcome in _outcomes(case)
        if outcome == "agrees"
        for group in (case["group"], ALL)
    )
    lines = [
        f"| recorded cases | service | {' | '.join(names)} |",
        "| --- | --: | " + " | ".join("--:" for _ in names) + " |",
    ]
    for group in (*GROUPS, ALL):
        if total[group]:
            counts = " | ".join(str(agree[group, name]) for name in names)
            lines.append(f"| {group} | {total[group]} | {counts} |")
    return "\n".join(lines)


def readme_with(text: str, document: Document) -> str:
    """The README with the table between its markers."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{cases_table(document)}\n{END}{after}"


def _outcomes(case: Document) -> list[tuple[str, str]]:
    return [
        ("predictor", case["predictor"]["outcome"]),
        *((one["name"], one["outcome"]) for one in case["emulators"]),
    ]


def _excepted(document: Document) -> list[str]:
    lines = ["Excepted, with the reason:", ""]
    for case in document["cases"]:
        if case["predictor"]["outcome"] == "excepted":
            reason, differences = case["predictor"]["reason"], case["predictor"]["differences"]
            lines.append(f"- `{case['name']}`: {'; '.join(differences)}; {reason}")
    return lines


def _overview(document: Document) -> list[str]:
    emulators = [column["name"] for column in document["columns"][1:]]
    lines = [
        f"| code | what | {' | '.join(f'cases on {name}' for name in emulators)} |",
        "| --- | --- | " + " | ".join("--:" for _ in emulators) + " |",
    ]
    for one in DIFFERENCES.values():
        counts = [str(len(_cases_of(one, name, document))) for name in emulators]
        lines.append(f"| [{one.code}](#{one.code.lower()}) | {one.title} | {' | '.join(counts)} |")
    return lines


def _section(one: Difference, document: Document) -> str:
    versions = "" if one.versions == EVERY else f" ({', '.join(one.versions)})"
    lines = [
        "",
        f"### {one.code}",
        "",
        f"{one.title[0].upper()}{one.title[1:]}: {one.applies_to}.",
        "",
        f"- The service {one.service}.",
        f"- DynamoDB Local{versions} {one.local}.",
        f"- Source: {f'<{one.source}>' if one.source.startswith('https:') else one.source}.",
    ]
    for column in document["columns"][1:]:
        cases = _cases_of(one, column["name"], document)
        if cases:
            lines.append(f"- {column['name']}: {', '.join(f'`{case}`' for case in cases)}.")
    return "\n".join(lines)


def _cases_of(one: Difference, emulator: str, document: Document) -> list[str]:
    return [
        case["name"]
        for case in document["cases"]
        for answer in case["emulators"]
        if answer["name"] == emulator and one.code in answer["known"]
    ]


def main() -> None:
    """Run the command and write both."""
    command = [sys.executable, "-m", "dynaproof", *COMMAND, "--format=json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S603 - ours
    document = json.loads(done.stdout)
    PAGE.write_text(differences_page(document), encoding="utf-8")
    README.write_text(readme_with(README.read_text(encoding="utf-8"), document), encoding="utf-8")


if __name__ == "__main__":
    main()
