"""PynamoDB models: clean Python, classes for what is there, keys as the templates say."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy import api as mypy
from pynamodb.attributes import Attribute, MapAttribute
from pynamodb.indexes import GlobalSecondaryIndex
from pynamodb.models import Model

from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.outgoing.entity_fields import EntityFields, ItemAttribute
from dynaproof.exchange.outgoing.entity_shapes import Kind, Shape
from dynaproof.exchange.outgoing.pynamodb import export_pynamodb
from dynaproof.exchange.outgoing.pynamodb_attributes import RESERVED
from dynaproof.exchange.outgoing.pynamodb_keys import HELPERS, key_function
from dynaproof.exchange.outgoing.pynamodb_text import WIDTH
from dynaproof.model.definition import Definition
from dynaproof.model.item import ItemType
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.model.template import Field, Template
from dynaproof.proof.check import check_file

ROOT = Path(__file__).parents[4]
FILES = [*sorted((ROOT / "patterns").glob("*.yaml")), ROOT / "tests/local/every-type.yaml"]
Generated = tuple[Definition, ItemsOf]


def none(table: str) -> Any:
    return iter(())


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models of all definitions; no item is asked what it has."""
    folder = tmp_path_factory.mktemp("models")
    for file in FILES:
        files, _ = export_pynamodb(check_file(file).require(), none).whole()
        [source] = files.values()
        (folder / f"{file.stem.replace('-', '_')}.py").write_bytes(source)
    return folder


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=["check", "format"])
def test_ruff_has_nothing_to_say(modules: Path, command: tuple[str, ...]) -> None:
    ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--target-version", "py311", "."]
    done = subprocess.run(ruff, cwd=modules, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_mypy_has_nothing_to_say(modules: Path, tmp_path: Path) -> None:
    # PynamoDB's own classes are not typed throughout.
    options = ["--strict", "--allow-untyped-calls", "--config-file=", f"--cache-dir={tmp_path}"]
    said, errors, status = mypy.run([*options, *map(str, modules.glob("*.py"))])
    assert (status, errors) == (0, ""), said


def test_lines_are_no_longer_than_formatters_have_them(modules: Path) -> None:
    lines = [line for file in modules.glob("*.py") for line in file.read_text().splitlines()]
    assert len(lines) > 300
    assert max(map(len, lines)) <= WIDTH


def test_reserved_names_are_those_of_the_installed_pynamodb() -> None:
    own = {one for kind in (Model, MapAttribute, GlobalSecondaryIndex) for one in dir(kind)}
    arguments = set(inspect.signature(Attribute.__init__).parameters) - {"self"}
    assert {one for one in own | arguments if not one.startswith("_")} <= RESERVED


LIBRARY = """
version: 1
name: library
entities:
  books:
    count: 9
    attributes: {isbn: {generate: sequence}, note: {generate: sentence, null: 0.9}}
tables:
  books:
    partition_key: isbn
    ttl: deep
    deletion_protection: true
    global_secondary_indexes:
      two: {partition_key: [class, query]}
    items:
      book:
        from: SELECT *, [[1.5]] AS deep FROM books
        key: {isbn: "B#${isbn}"}
        attributes:
          class: ${note}
          query: b
          none: {value: "${note}", type: "NULL"}
          deep: ${deep}
access_patterns:
  all: {scan: {}}
"""


def test_what_has_no_place_is_told(generated: Callable[[str], Generated]) -> None:
    exported = export_pynamodb(*generated(LIBRARY))
    assert {one.place: one.reason.split(":")[0] for one in exported.not_carried} == {
        "entities": "a mapper describes items, not the facts behind them",
        "access_patterns": "a mapper has no place for requests",
        "tables.books.deletion_protection": (
            "PynamoDB creates tables without it; switch it on with UpdateTable"
        ),
        "tables.books.ttl": (
            "a TTLAttribute holds whole seconds since 1970, and deep does not, or is part of a key"
        ),
        "tables.books.global_secondary_indexes.two": (
            "PynamoDB's indexes have one partition key and one sort key attribute at most"
        ),
        "tables.books.items.book.attributes.none": (
            "PynamoDB reads NULL as absent, and leaves it out"
        ),
        "tables.books.items.book.attributes.deep": (
            "PynamoDB reads numbers deep within as floats, up to 17 digits"
        ),
    }


def test_taken_names_and_what_an_item_may_lack(
    generated: Callable[[str], Generated],
) -> None:
    [source] = export_pynamodb(*generated(LIBRARY)).files.values()
    assert isinstance(source, bytes)
    lines = [line.strip() for line in source.decode().splitlines()]
    assert 'class_ = UnicodeAttribute(attr_name="class", null=True)' in lines
    assert 'query_ = UnicodeAttribute(attr_name="query")' in lines
    assert lines[0] == '"""PynamoDB models of library, written by dynaproof."""'


instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
values: dict[Kind, st.SearchStrategy[object]] = {
    "text": st.text(max_size=5),
    "integer": st.integers(-(10**12), 10**12),
    "decimal": st.decimals(-1000, 1000, places=3),
    "boolean": st.booleans(),
    "date": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "instant": instants | instants.map(lambda one: one.replace(tzinfo=None)),
}
NAMES = ("a", "b", "class", "str", "f", "text_0")
OF_INSTANTS = ("iso", "iso-s", "iso-us", "epoch", "epoch-ms", "%Y-%m", "%H:%M:%S.%f", 'at "%d"\n')
formats: dict[Kind, tuple[str, ...]] = {
    "integer": ("", "08d", "3d"),
    "date": ("", *OF_INSTANTS),
    "instant": ("", *OF_INSTANTS),
}


@st.composite
def keys(draw: st.DrawFn) -> tuple[Template, dict[str, Kind], dict[str, object]]:
    """A template, what its fields hold, and values that fill it."""
    parts: list[str | Field] = []
    kinds: dict[str, Kind] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3)):
        kind = kinds.setdefault(name, draw(st.sampled_from([*values])))
        fixed = draw(st.text(max_size=4) | st.sampled_from(["{x}", "\\", '"', "'", "{{", "#"]))
        parts += [fixed, Field(name, draw(st.sampled_from(formats.get(kind, ("",)))))]
    template = Template(tuple(one for one in (*parts, draw(st.text(max_size=3))) if one != ""))
    return template, kinds, {name: draw(values[kind]) for name, kind in kinds.items()}


@given(keys())
def test_a_key_function_fills_the_template(
    key: tuple[Template, dict[str, Kind], dict[str, object]],
) -> None:
    template, kinds, given_values = key
    sole = template.sole_field
    numeric = sole is not None and (
        sole.format.startswith("epoch")
        or (not sole.format and kinds[sole.name] in ("integer", "decimal"))
    )
    attribute = ItemAttribute("pk", template, Shape("N" if numeric else "S", "other"), True)
    table = Table("t", KeyAttribute("pk"))
    entity = EntityFields(table, ItemType("i", "e", ()), (attribute,), kinds)
    made = key_function(entity, attribute, "partition_key")
    module = ModuleType("made")
    lines = ["from __future__ import annotations", "import base64"]
    lines += ["from datetime import UTC, date, datetime", "from decimal import Decimal"]
    for helper in HELPERS.values():
        lines += helper
    exec("\n".join([*lines, "class Made:", *made.lines]), module.__dict__)
    # Parameters stand in the order of the fields.
    arguments = [given_values[name] for name in template.names]
    wanted = template.fill(given_values)
    if not numeric and not isinstance(wanted, str):
        wanted = Template(("", *template.parts)).fill(given_values)  # as text
    assert module.Made.partition_key(*arguments) == wanted


def test_exact_numbers_keep_their_digits(generated: Callable[[str], Generated]) -> None:
    text = LIBRARY.replace("[[1.5]]", "CAST(1.25 AS DECIMAL(38, 2))")
    module = module_of(export_pynamodb(*generated(text)))
    attribute = module.Book.deep
    digits = "1.2345678901234567890123456789012345678"
    assert attribute.deserialize(digits) == Decimal(digits)
    assert attribute.serialize(Decimal("1E+3")) == "1000"


PARK = """
version: 1
name: park
entities:
  trees: {count: 3, attributes: {id: {generate: uuid}}}
tables:
  park:
    partition_key: id
    global_secondary_indexes:
      by-kind: {partition_key: size, projection: all}
    items:
      oak:
        from: trees
        key: {id: "OAK#${id}"}
        attributes: {_kind: Oak, size: tall}
      bush:
        from: trees
        key: {id: "BUSH#${id}"}
        attributes: {_kind: it's "one", size: tall}
access_patterns: {}
"""


def module_of(exported: Exported) -> ModuleType:
    [source] = exported.files.values()
    assert isinstance(source, bytes)
    module = ModuleType("made")
    exec(compile(source, "models.py", "exec"), module.__dict__)
    return module


def test_an_attribute_that_tells_item_types_apart_chooses_the_class(
    generated: Callable[[str], Generated],
) -> None:
    module = module_of(export_pynamodb(*generated(PARK)))
    for text, name in (("Oak", "Oak"), ('it\'s "one"', "Bush")):
        item = {"id": {"S": "x"}, "_kind": {"S": text}, "size": {"S": "tall"}}
        read = module.ParkTable.from_raw_data(item)
        assert type(read) is getattr(module, name)
        assert read.serialize() == item


def test_what_an_index_lacks_chooses_no_class(generated: Callable[[str], Generated]) -> None:
    text = PARK.replace("projection: all", "projection: keys_only")
    module = module_of(export_pynamodb(*generated(text)))
    kind = module.Oak.get_attributes()["kind"]
    assert type(kind).__name__ == "UnicodeAttribute"
