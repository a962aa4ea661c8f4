"""Whether a request can answer its question at all."""

from __future__ import annotations

from collections.abc import Iterator

from dynaproof.model.access_pattern import AccessPattern, FactsColumn, Value
from dynaproof.model.template import Field, Template, TemplateError
from dynaproof.model.texts import texts_in
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Read
from dynaproof.proof.design.select_tree import Column, Node, Select, constant, listed, mapping
from dynaproof.proof.design.stored_types import StoredType
from dynaproof.proof.design.subject import Design, requests_of
from dynaproof.proof.design.time_order import ordered_by


def unanswerable_questions(design: Design) -> Iterator[Finding]:
    """No key condition of a pattern's request can answer its question.

    DynamoDB finds items by partition key and a range of the sort key, in the order of the sort
    key, and by nothing else. Three things are found:

    - a parameter that the question asks by is nowhere in the request;
    - the question asks for some value only (``status = 'open'``), and neither key, filter, a
      sparse index nor the view of the item type knows of it;
    - the question orders by what the sort key does not have, or in the other direction.

    Right is a table or index whose key has what is asked for, in the order that is asked for.
    """
    for pattern in design.definition.access_patterns:
        if pattern.question is None or (pattern.request is None and not pattern.steps):
            continue
        reads = [r for r in design.reads if r.owner is pattern and r.question is not None]
        if not reads or any(read.opaque for read in reads):
            continue
        select = design.select(pattern.question)
        yield from _unused_parameters(design, pattern, reads[0])
        if select is None or len(reads) > 1 or reads[0].operation != "Query":
            continue
        yield from _unknown_constants(design, pattern, reads[0], select)
        yield from _other_order(design, pattern, reads[0], select)


def _finding(pattern: AccessPattern, read: Read, message: str, hint: str) -> Finding:
    return Finding(message, ("access_patterns", pattern.name, "question"), hint, read.about)


def _unused_parameters(design: Design, pattern: AccessPattern, read: Read) -> Iterator[Finding]:
    used = _names_used(pattern)
    sources = {parameter.name: parameter.source for parameter in pattern.parameters}
    for name in sorted(design.question_parameters(pattern) - used):
        source = sources.get(name)
        column = design.parameter_column(pattern, name)
        if isinstance(source, Value) or _is_settled(design, pattern, column, used):
            continue
        if column is None and (source is None or isinstance(source, FactsColumn)):
            continue  # computed, perhaps from what the request has
        yield _finding(
            pattern,
            read,
            f"the question asks by ${name}, which is nowhere in the request",
            f"Have ${{{name}}} in the key condition, of the table or of an index whose key holds"
            " it.",
        )


def _is_settled(
    design: Design, pattern: AccessPattern, column: Column | None, used: set[str]
) -> bool:
    """Whether another parameter of the same row, which the request has, tells this one."""
    if column is None:
        return False
    drawn = {one.name for one in pattern.parameters}
    for name in used:
        other = design.parameter_column(pattern, name)
        if other is None:
            if pattern.parameters_from is not None and name not in drawn:
                return True  # computed, perhaps from this one
            continue
        roots = {design.facts.root(other), other}
        if column in roots or design.facts.root(column) in roots:
            return True
        if other.entity == column.entity and design.facts.is_unique(other):
            return True
        if other.entity != column.entity and pattern.parameters_from is not None:
            return True  # joined: one may follow from the other
    return False


def _names_used(pattern: AccessPattern) -> set[str]:
    found: set[str] = set()
    for request in requests_of(pattern):
        for _, text in texts_in(request.arguments):
            try:
                found |= {name.partition(".")[0] for name in Template.parse(text).names}
            except TemplateError:
                continue
    return found


def _unknown_constants(
    design: Design, pattern: AccessPattern, read: Read, select: Select
) -> Iterator[Finding]:
    stored = design.could_return(read)
    if read.filters or not stored:
        return
    for node in select.conditions:
        for column, value in _asked_for(select, node):
            if any(_knows(design, read, item_type, column, value) for item_type in stored):
                continue
            yield _finding(
                pattern,
                read,
                f"the question asks for {column.attribute} = '{value}', and nothing in the"
                " request does",
                "Have it in a key, or in a sparse index that only such items are in; a filter"
                " reads all the others too.",
            )


def _asked_for(select: Select, node: Node) -> Iterator[tuple[Column, str]]:
    """The columns that a condition wants one value of, as it is written."""
    if node.get("type") == "COMPARE_EQUAL":
        sides = [mapping(node.get("left")), mapping(node.get("right"))]
        for one, other in (sides, sides[::-1]):
            column, value = select.column(one), constant(other)
            if column is not None and value is not None:
                yield column, value
    elif node.get("type") == "OPERATOR_NOT":
        column = select.column(mapping(next(iter(listed(node.get("children"))), None)))
        if column is not None:
            yield column, "false"
    elif (column := select.column(node)) is not None:
        yield column, "true"


def _knows(design: Design, read: Read, stored: StoredType, column: Column, value: str) -> bool:
    """Whether anything could keep items with other values out of the answer."""
    select = stored.select
    if select is None or select.filtered or select.reshaped or len(select.sources) > 1:
        return True
    if design.facts.root(column) != column or column.entity != select.first_entity:
        return True
    generator = design.facts.generator(column)
    if generator is None or generator.kind not in ("choice", "boolean"):
        return True
    texts = [text for _, text in texts_in(read.request.arguments)]
    if any(value.lower() in text.lower() for text in texts):
        return True
    if read.index is None:
        return False
    for key in read.index.key_attributes:
        template = stored.template(key.name)
        fields = (
            [p for p in template.parts if isinstance(p, Field)]
            if isinstance(template, Template)
            else []
        )
        for field in fields:
            found = stored.column(field)
            if found is None or design.facts.may_be_absent(found) or found == column:
                return True
    return False


def _other_order(
    design: Design, pattern: AccessPattern, read: Read, select: Select
) -> Iterator[Finding]:
    keys = read.index.sort_key if read.index else (read.table.sort_key,)
    stored = design.could_return(read)
    if len(keys) != 1 or keys[0] is None or len(stored) != 1:
        return
    key, item_type = keys[0], stored[0]
    test = read.test(key.name)
    if test is not None and test.operator == "=":
        return
    fixed = _fixed_columns(design, select)
    template = item_type.template(key.name)
    if not isinstance(template, Template):
        return
    fields = [part for part in template.parts if isinstance(part, Field)]
    columns = [item_type.column(field) for field in fields]
    if not fields or None in columns:
        return
    roots = [design.facts.root(column) for column in columns if column is not None]
    for order in select.order:
        column = ordered_by(select, order.expression)
        if column is None:
            return
        root = design.facts.root(column)
        if root in fixed:
            continue
        if root not in roots:
            yield _finding(
                pattern,
                read,
                f"the question orders by {column.attribute}, and the sort key '{key.name}' is"
                f" '{template}'",
                f"Query an index whose sort key is {column.attribute}: a Query gives items in"
                " the order of its sort key, and in no other.",
            )
            return
        if roots[0] == root and order.descending == read.forward:
            asked = "descending" if order.descending else "ascending"
            yield _finding(
                pattern,
                read,
                f"the question wants {asked} order of {column.attribute}, and the request reads"
                " the other way",
                f"Set scan_index_forward to {'false' if order.descending else 'true'}.",
            )
        return


def _fixed_columns(design: Design, select: Select) -> set[Column]:
    """The columns that one value is asked for."""
    found: set[Column] = set()
    for node in select.conditions:
        if node.get("type") == "COMPARE_EQUAL":
            sides = [mapping(node.get("left")), mapping(node.get("right"))]
            for one, other in (sides, sides[::-1]):
                column = select.column(one)
                if column is not None and other.get("type") in (
                    "VALUE_PARAMETER",
                    "VALUE_CONSTANT",
                ):
                    found.add(design.facts.root(column))
    return found
