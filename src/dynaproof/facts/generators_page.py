"""The reference page of the generators, from their table."""

from __future__ import annotations

from dynaproof.facts.kinds import KINDS, GeneratorKind, OptionRule

_HEAD = """\
# Generators

Written from the table in `src/dynaproof/facts/kinds.py`; a test holds both together.

An attribute names a generator: `handle: {generate: user_name, unique: true}`. The other keys are
its options. Two keys go with every generator:

- `unique: true`: no value comes twice. Where names run out, a number is put behind them; where
  there are not enough values, the definition is refused (DP206).
- `null: 0.2`: this share of the rows has no value.

The value of a row depends on the seed, the names of entity and attribute, and the row's number:
adding an attribute or an entity leaves all others as they were.

All texts are in English and made up. Mail addresses and links are below example.com, example.net
and example.org, which belong to nobody.
"""
_UNIQUE = {
    "always": "Every value is unique.",
    "yes": "May be `unique`.",
    "no": "Cannot be `unique`.",
}


def generators_page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *(_section(kind) for kind in KINDS.values())])


def _section(kind: GeneratorKind) -> str:
    lines = [f"## {kind.name}", "", kind.meaning, ""]
    lines.append(f"SQL type: `{kind.sql_type}`. For example: `{kind.example}`.")
    if kind.parameters_only:
        lines.append("For parameters of access patterns only.")
    else:
        lines.append(_UNIQUE[kind.unique])
    if kind.options:
        lines += ["", "| option | takes | default | meaning |", "| --- | --- | --- | --- |"]
        lines += [_row(name, rule) for name, rule in kind.options.items()]
    return "\n".join([*lines, ""])


def _row(name: str, rule: OptionRule) -> str:
    takes = " or ".join(f"`{one}`" for one in rule.among) if rule.among else rule.takes
    default = "" if rule.default is None else f"`{rule.default}`"
    meaning = f"{rule.meaning} (required)" if rule.required else rule.meaning
    return f"| `{name}` | {takes} | {default} | {meaning} |"
