"""Write docs/reference/design: one page for each rule of design, from its docstring and its cases.

Run it after a change: ``python tools/design_pages.py``. tests/unit/proof/design/test_design_pages.py
holds the pages against the code.
"""

from __future__ import annotations

from pathlib import Path

from dynaproof.proof.design import RULES
from dynaproof.proof.design.finding import Rule

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "unit" / "proof" / "design" / "cases"
PAGES_FOLDER = ROOT / "docs" / "reference" / "design"
NOTE = "Written from the rules and their cases by `tools/design_pages.py`."
ACCEPT = """\
`dynaproof check` judges the design of a model without a server. What it finds is a warning, and
stops nothing; with `--strict`, warnings give exit status 1. Only what DynamoDB refuses is an error.

What is meant to be so is accepted, with a reason, by the access pattern, stream handler, table,
index or item type that the finding is about:

```yaml
access_patterns:
  low-stock:
    scan: {filter: "stock < :few", values: {few: 5}}
    accept: {DP703: "forty products, once a night"}
```
"""


def page(rule: Rule) -> str:
    """What the rule finds and why, something bad and something good."""
    code = rule.code
    bad, good = (
        (CASES / f"{code.value}-{which}.yaml").read_text(encoding="utf-8").rstrip()
        for which in ("bad", "good")
    )
    return f"""\
# {code.value}: {code.meaning}

{NOTE}

{rule.page.replace("``", "`")}

## Found here

```yaml
{bad}
```

## Nothing is found here

```yaml
{good}
```
"""


def index() -> str:
    """All rules."""
    rows = [
        f"| [{rule.code.value}]({rule.code.value}.md) | {rule.code.meaning} |" for rule in RULES
    ]
    lines = ["# Rules of design", "", NOTE, "", ACCEPT, "| code | what it finds |", "| --- | --- |"]
    return "\n".join([*lines, *rows]) + "\n"


PAGES = {"README.md": index(), **{f"{rule.code.value}.md": page(rule) for rule in RULES}}


if __name__ == "__main__":
    PAGES_FOLDER.mkdir(exist_ok=True)
    for name, text in PAGES.items():
        (PAGES_FOLDER / name).write_text(text, encoding="utf-8")
