"""SQL values as DynamoDB JSON and their sizes in bytes, a column at a time.

SQL types give DynamoDB types: text S, numbers N, boolean BOOL, blob B, list L, struct and map M;
instants are S in UTC. ``{type: SS}`` and its kin override that.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from duckdb.sqltypes import DuckDBPyType

from dynaproof.facts.quoting import quoted_text
from dynaproof.items.template_sql import INTEGERS, SqlValue, children, template_sql, text_of
from dynaproof.model.item import AttributeTemplate, AttributeType

_FLOATS = frozenset({"float", "double"})
NUMBERS = INTEGERS | _FLOATS | {"decimal"}
_TEXTS = frozenset({"varchar", "uuid", "enum", "time", "interval", "date", "bit"})
_INSTANTS = frozenset(
    {"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"}
)
_DIGITS = {
    "tinyint": 3,
    "utinyint": 3,
    "smallint": 5,
    "usmallint": 5,
    "integer": 10,
    "uinteger": 10,
    "bigint": 19,
    "ubigint": 20,
    "hugeint": 39,
    "uhugeint": 39,
}
"""Decimal digits that a whole number of a type may have."""
_BIGINT_DIGITS, _HUGEINT_DIGITS = 18, 38
SETS = {"SS": "S", "NS": "N", "BS": "B"}

NUMBER_MACROS = (
    # DynamoDB writes a number without zeros at its ends, and zero without a sign. DuckDB writes
    # a DECIMAL that has digits after the point only as '.5', and zero as '.00'.
    r"""CREATE OR REPLACE MACRO dynaproof_number(x) AS
       CASE WHEN x = 0 THEN '0'
            WHEN contains(CAST(x AS VARCHAR), '.') AND NOT contains(CAST(x AS VARCHAR), 'e')
            THEN regexp_replace(rtrim(rtrim(CAST(x AS VARCHAR), '0'), '.'), '^(-?)[.]', '\10.')
            ELSE CAST(x AS VARCHAR) END""",
    """CREATE OR REPLACE MACRO dynaproof_significant(t) AS
       trim(replace(regexp_replace(ltrim(t, '-'), 'e.*$', ''), '.', ''), '0')""",
    # Where the decimal point stands, counted from the first significant digit.
    """CREATE OR REPLACE MACRO dynaproof_point(t) AS
       length(regexp_extract(ltrim(t, '-'), '^[0-9]*'))
       - length(regexp_extract(replace(regexp_replace(ltrim(t, '-'), 'e.*$', ''), '.', ''), '^0*'))
       + coalesce(try_cast(nullif(regexp_extract(t, 'e([-+]?[0-9]+)$', 1), '') AS INTEGER), 0)""",
    # The same for the text of a number, which may have an exponent.
    """CREATE OR REPLACE MACRO dynaproof_number_bytes(t) AS
       CASE WHEN t IS NULL THEN NULL WHEN dynaproof_significant(t) = '' THEN 1
            ELSE least(21, 1 + (length(dynaproof_significant(t)) + abs(dynaproof_point(t) % 2) + 1)
                          // 2 + CASE WHEN t[1] = '-' THEN 1 ELSE 0 END) END""",
)
"""Macros that the expressions below need; made once on a connection."""


class AttributeTypeError(ValueError):
    """A SQL type that DynamoDB cannot store, or not as the type asked for."""


@dataclass(frozen=True, slots=True)
class AttributeSql:
    """Expressions for one attribute; all three are NULL where the attribute is absent.

    ``json``: DynamoDB JSON of the value; ``bytes``: size of the value, its name excluded;
    ``plain``: text (S, N) or blob (B) for keys, None for other types. ``type`` None: that of
    each value.
    """

    type: AttributeType | None
    json: str
    bytes: str
    plain: str | None


def spec_sql(spec: AttributeTemplate, columns: Mapping[str, DuckDBPyType]) -> AttributeSql:
    """Expressions for an attribute of an item type whose view has these columns.

    Raises TemplateColumnError and AttributeTypeError.
    """
    value = template_sql(spec.template, columns)
    return _of_json(value) if spec.dynamodb_json else attribute_sql(value, spec.type)


def attribute_sql(value: SqlValue, asked: AttributeType | None = None) -> AttributeSql:
    """Expressions for a value, as the type asked for. Raises AttributeTypeError."""
    kind = value.type.id
    if asked is None or asked == natural_type(value.type):
        return _natural(value)
    if asked == "S" and kind in NUMBERS | {"boolean"} | _TEXTS | _INSTANTS:
        return _text(text_of(value.sql, value.type).sql)
    if asked == "NULL":
        sql = f"CASE WHEN {value.sql} IS NULL THEN NULL ELSE"
        return AttributeSql("NULL", f"{sql} '{{\"NULL\":true}}' END", f"{sql} 1 END", None)
    if asked == "N" and kind == "varchar":
        text = f"dynaproof_exact_number({value.sql})"
        json = f"('{{\"N\":\"' || {text} || '\"}}')"
        return AttributeSql("N", json, f"dynaproof_number_bytes({text})", text)
    if asked == "B" and kind == "varchar":
        return _natural(SqlValue(f"from_base64({value.sql})", DuckDBPyType("BLOB")))
    if asked in SETS and kind in ("list", "array"):
        return _set(value, asked)
    raise AttributeTypeError(f"the SQL type {value.type} cannot be stored as {asked}")


def _of_json(value: SqlValue) -> AttributeSql:
    if value.type.id != "varchar":
        message = f"DynamoDB JSON is kept in a column of text, and this is SQL {value.type}"
        raise AttributeTypeError(message)
    return AttributeSql(
        None, f"dynaproof_json({value.sql})", f"dynaproof_json_bytes({value.sql})", None
    )


def natural_type(kind: DuckDBPyType) -> AttributeType:
    """The DynamoDB type that a SQL type gives. Raises AttributeTypeError."""
    name = kind.id
    if name in _TEXTS or name in _INSTANTS:
        return "S"
    if name in NUMBERS:
        return "N"
    if name in ("list", "array"):
        return "L"
    if name in ("struct", "map"):
        return "M"
    found: dict[str, AttributeType] = {"boolean": "BOOL", "blob": "B", "null": "NULL"}
    if name not in found:
        raise AttributeTypeError(f"DynamoDB has no type for the SQL type {kind}")
    return found[name]


def element_type(kind: DuckDBPyType) -> DuckDBPyType:
    """The type of the elements of a list, or of an array of fixed length."""
    return children(kind)[0][1]


def _natural(value: SqlValue, depth: int = 0) -> AttributeSql:
    sql, kind = value.sql, value.type
    match natural_type(kind):
        case "S":
            return _text(text_of(sql, kind).sql)
        case "N":
            text = f"dynaproof_number({sql})"
            json = f"('{{\"N\":\"' || {text} || '\"}}')"
            return AttributeSql("N", json, _number_bytes(sql, kind), text)
        case "BOOL":
            return AttributeSql(
                "BOOL",
                f"('{{\"BOOL\":' || CAST({sql} AS VARCHAR) || '}}')",
                f"CASE WHEN {sql} IS NULL THEN NULL ELSE 1 END",
                None,
            )
        case "B":
            return AttributeSql(
                "B", f"('{{\"B\":\"' || base64({sql}) || '\"}}')", f"octet_length({sql})", sql
            )
        case "L":
            return _list(value, depth)
        case "M":
            return _struct(value, depth) if kind.id == "struct" else _map(value, depth)
        case _:
            return AttributeSql("NULL", "CAST(NULL AS VARCHAR)", "CAST(NULL AS BIGINT)", None)


def _number_bytes(sql: str, kind: DuckDBPyType) -> str:
    if kind.id in _FLOATS:
        return f"dynaproof_number_bytes(dynaproof_number({sql}))"
    if kind.id != "decimal":
        return _whole_bytes(sql, _DIGITS[kind.id])
    precision, scale = (int(str(size)) for _, size in kind.children)
    # An even number of digits after the point, so that pairs stand on the same places as the
    # pairs of the whole number without the point.
    places, digits = scale + scale % 2, precision + scale % 2
    room = precision + places  # digits of the product, the point at its old place
    if room > _HUGEINT_DIGITS:
        return f"dynaproof_number_bytes(dynaproof_number({sql}))"
    wide = "BIGINT" if room <= _BIGINT_DIGITS else "HUGEINT"
    widened = f"CAST({sql} AS DECIMAL({room}, {scale}))"
    return _whole_bytes(f"CAST({widened} * {10**places} AS {wide})", digits)


def _whole_bytes(whole: str, digits: int) -> str:
    """Bytes of a whole number: pairs of digits but for the last zero ones, and one, and a sign.

    Arithmetic on whole columns; text would be most of the work of sizing a table.
    """
    zeros = " + ".join(
        f"CAST({whole} % {100**pair} = 0 AS INTEGER)" for pair in range(1, (digits + 1) // 2)
    )
    sign = f"CAST({whole} < 0 AS INTEGER)"
    return (
        f"CASE WHEN {whole} IS NULL THEN NULL WHEN {whole} = 0 THEN 1 ELSE least(21,"
        f" 1 + (strlen(CAST({whole} AS VARCHAR)) - {sign} + 1) // 2 - ({zeros or 0}) + {sign}) END"
    )


def _text(text: str) -> AttributeSql:
    return AttributeSql(
        "S",
        f"('{{\"S\":' || CAST(to_json({text}) AS VARCHAR) || '}}')",
        f"strlen({text})",
        text,
    )


def _list(value: SqlValue, depth: int) -> AttributeSql:
    # An element that is NULL stays in its place, as DynamoDB's NULL.
    name = f"element{depth}"
    element = _natural(SqlValue(name, element_type(value.type)), depth + 1)
    each = f"lambda {name}: coalesce({element.json}, '{{\"NULL\":true}}')"
    size = f"lambda {name}: 1 + coalesce({element.bytes}, 1)"
    return AttributeSql(
        "L",
        f"('{{\"L\":[' || array_to_string(list_transform({value.sql}, {each}), ',') || ']}}')",
        f"(3 + coalesce(list_sum(list_transform({value.sql}, {size})), 0)"
        f" + CASE WHEN {value.sql} IS NULL THEN NULL ELSE 0 END)",
        None,
    )


def _struct(value: SqlValue, depth: int) -> AttributeSql:
    members: list[str] = []
    sizes: list[str] = []
    for name, kind in children(value.type):
        member = _natural(SqlValue(f"{value.sql}[{quoted_text(name)}]", kind), depth)
        # A member that is NULL is absent, as an attribute of an item would be.
        members.append(f"({_json_text(name)} || ':' || {member.json})")
        sizes.append(f"coalesce({member.bytes} + 1 + {len(name.encode())}, 0)")
    absent = f"CASE WHEN {value.sql} IS NULL THEN NULL ELSE"
    joined = f"concat_ws(',', {', '.join(members)})"
    return AttributeSql(
        "M",
        f"{absent} '{{\"M\":{{' || {joined} || '}}}}' END",
        f"{absent} 3 + {' + '.join(sizes)} END",
        None,
    )


def _map(value: SqlValue, depth: int) -> AttributeSql:
    (_, key_type), (_, value_type) = children(value.type)
    name = f"entry{depth}"
    key = text_of(f"{name}['key']", key_type).sql
    inner = _natural(SqlValue(f"{name}['value']", value_type), depth + 1)
    entries = f"map_entries({value.sql})"
    each = (
        f"lambda {name}: CAST(to_json({key}) AS VARCHAR) || ':' ||"
        f" coalesce({inner.json}, '{{\"NULL\":true}}')"
    )
    size = f"lambda {name}: 1 + strlen({key}) + coalesce({inner.bytes}, 1)"
    return AttributeSql(
        "M",
        f"('{{\"M\":{{' || array_to_string(list_transform({entries}, {each}), ',') || '}}}}')",
        f"(3 + coalesce(list_sum(list_transform({entries}, {size})), 0)"
        f" + CASE WHEN {value.sql} IS NULL THEN NULL ELSE 0 END)",
        None,
    )


def _set(value: SqlValue, asked: AttributeType) -> AttributeSql:
    member_type = SETS[asked]
    element = attribute_sql(SqlValue("member", element_type(value.type)), _as_type(member_type))
    if element.plain is None:
        raise AttributeTypeError(f"the SQL type {value.type} cannot be stored as {asked}")
    plain = f"base64({element.plain})" if member_type == "B" else element.plain
    if member_type == "N" and element_type(value.type).id == "varchar":
        one_form = f"list_transform({value.sql}, lambda member: dynaproof_exact_number(member))"
        value = SqlValue(one_form, value.type)  # 7 and 7.0 are one member
    # Sorted, so that the same facts give the same bytes; DynamoDB has no empty sets.
    members = f"list_sort(list_distinct(list_transform({value.sql}, lambda member: {plain})))"
    sizes = f"list_transform(list_distinct({value.sql}), lambda member: {element.bytes})"
    some = f"CASE WHEN len({members}) > 0 THEN"
    return AttributeSql(
        asked,
        f"{some} '{{\"{asked}\":' || CAST(to_json({members}) AS VARCHAR) || '}}' END",
        f"{some} list_sum({sizes}) END",
        None,
    )


def _as_type(name: str) -> AttributeType:
    types: dict[str, AttributeType] = {"S": "S", "N": "N", "B": "B"}
    return types[name]


def _json_text(text: str) -> str:
    return f"CAST(to_json({quoted_text(text)}) AS VARCHAR)"
