"""The page on CSV and Parquet is carried out: what is written is read again as the same items."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynaproof.api.exporting import export_model
from dynaproof.proof.check import check_file
from dynaproof.proof.prepared import prepare_items

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "formats" / "tabular.md"
READINGS, FROM_PARQUET, FROM_CSV = re.findall(
    r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def items_of(file: Path) -> list[tuple[str, str]]:
    prepared = prepare_items(check_file(file).require(), 42)
    with prepared.facts:
        return [one for batch in prepared.items["meters"].typed_batches(100) for one in batch]


@pytest.mark.parametrize(
    ("format_", "again"), [("parquet", FROM_PARQUET), ("csv", FROM_CSV)], ids=["parquet", "csv"]
)
def test_files_are_read_again_as_the_same_items(tmp_path: Path, format_: str, again: str) -> None:
    (tmp_path / "readings.yaml").write_text(READINGS, encoding="utf-8")
    (tmp_path / "again.yaml").write_text(again, encoding="utf-8")
    written = export_model(tmp_path / "readings.yaml", format_, tmp_path / "tables")
    assert sorted(file.relative_to(tmp_path).as_posix() for file in written.files) == [
        f"tables/meters/meter.{format_}",
        f"tables/meters/reading.{format_}",
    ]
    items = items_of(tmp_path / "readings.yaml")
    assert len(items) == 40 + 40 * 25
    assert items_of(tmp_path / "again.yaml") == items


def test_parquet_tells_of_the_map_alone(tmp_path: Path) -> None:
    (tmp_path / "readings.yaml").write_text(READINGS, encoding="utf-8")
    written = export_model(tmp_path / "readings.yaml", "parquet", tmp_path / "tables")
    assert [one.place for one in written.not_carried] == [
        "tables.meters.items.meter.attributes.door"
    ]
