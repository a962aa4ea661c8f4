"""Tables of a live endpoint with samples of their items -> a draft, values masked or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynaproof.dynamodb.table_sample import TableSample
from dynaproof.exchange.draft import Draft, DraftTable
from dynaproof.exchange.fixed_words import fixed_words
from dynaproof.exchange.foreign_json import JsonReader, path_to
from dynaproof.exchange.incoming.described_table import read_table
from dynaproof.exchange.incoming.item_types_in import item_types_in
from dynaproof.exchange.masking import Masking
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.attribute_value import Item
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.model.table import Table


def read_sampled_tables(
    samples: Sequence[TableSample], url: str, *, secret: bytes | None, seed: int
) -> Draft:
    """Make a draft of tables and items; ``secret`` None keeps their values as they are.

    With one secret all tables are masked alike, so that references between them stay. Raises
    EnvironmentFault where no table could be used.
    """
    not_carried: list[NotCarried] = []
    found = [
        (table, sample)
        for sample in samples
        if (table := read_table(_reader(sample, not_carried))) is not None
    ]
    if not found:
        reasons = "; ".join(map(str, not_carried[:3])) or "There is none."
        raise EnvironmentFault.of(
            Code.ENDPOINT_ERROR, f"{url} has no table that could be used", hint=reasons
        )
    masking = None
    if secret is not None:
        words = frozenset[str]().union(*(fixed_words(table, one.items) for table, one in found))
        masking = Masking(secret, words)
    tables: list[DraftTable] = []
    for table, sample in found:
        items = [masking.item(one) if masking else one for one in sample.items]
        chosen = list(_storable(table, items, not_carried))
        tables.append(DraftTable(table, item_types_in(table, chosen), _said(sample)))
    values = "values as they are" if masking is None else f"values masked{_kept(masking.kept)}"
    return Draft(
        name=found[0][0].name if len(found) == 1 else "tables",
        source=f"the tables at {url}; rows chosen by seed {seed}, {values}",
        tables=tuple(tables),
        not_carried=tuple(not_carried),
    )


def _reader(sample: TableSample, not_carried: list[NotCarried]) -> JsonReader:
    name = sample.description.get("TableName")
    return JsonReader(
        sample.description, path_to("", name) if isinstance(name, str) else "", not_carried
    )


def _storable(table: Table, items: Sequence[Item], not_carried: list[NotCarried]) -> Iterator[Item]:
    """The items but those that would overwrite another: a mask can be that of another value."""
    keys = [key.name for key in table.key_attributes]
    seen: set[str] = set()
    for n, item in enumerate(items):
        key = repr([item.get(name) for name in keys])
        if key in seen or not all(name in item for name in keys):
            not_carried.append(NotCarried(f"{table.name}, item {n}", "it has no key of its own"))
            continue
        seen.add(key)
        yield item


def _kept(words: frozenset[str]) -> str:
    return f", but for the words {', '.join(sorted(words))}" if words else ""


def _said(sample: TableSample) -> str:
    total = sample.description.get("ItemCount")
    of = f" of about {total:,}" if isinstance(total, int) and total > len(sample.items) else ""
    return (
        f"{len(sample.items):,}{of} items, read with {sample.requests} Scan requests and "
        f"{sample.read_capacity_units} read capacity units."
    )
