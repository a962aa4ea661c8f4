"""What a workbench gives: values that a notebook shows, with frames, charts and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from dynaproof.api.proof_view import Proof
    from dynaproof.api.review import Review
    from dynaproof.model.access_pattern import AccessPattern
    from dynaproof.model.table import Table
    from dynaproof.proof.execute import Answered
    from dynaproof.proof.explain import Explanation
    from dynaproof.proof.results import PatternResult, RunResult


@dataclass(frozen=True)
class Findings:
    """The findings of a check; true when there are none that stop a run."""

    diagnostics: tuple[Diagnostic, ...]
    name: str

    def __bool__(self) -> bool:
        return not any(d.severity.value == "error" for d in self.diagnostics)

    def __len__(self) -> int:
        return len(self.diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    def __repr__(self) -> str:
        if not self.diagnostics:
            return f"{self.name}: no findings"
        return "\n".join(str(found) for found in self.diagnostics)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import diagnostics_html

        return diagnostics_html(self.diagnostics, self.name)


@dataclass(frozen=True)
class Run:
    """A run's result, with frames, charts and JSON."""

    result: RunResult

    @property
    def ok(self) -> bool:
        """Whether every expectation held and every request was accepted."""
        return self.result.exit_status == 0

    @property
    def patterns(self) -> pd.DataFrame:
        """One row for each access pattern."""
        from dynaproof.report.frames import patterns_frame

        return patterns_frame(self.result)

    @property
    def calls(self) -> pd.DataFrame:
        """One row for each call."""
        from dynaproof.report.frames import calls_frame

        return calls_frame(self.result)

    @property
    def differences(self) -> pd.DataFrame:
        """One row for each row of an answer, or item of a table, that is not as it should be."""
        from dynaproof.report.differences_frame import differences_frame

        return differences_frame(self.result)

    @property
    def capacity(self) -> pd.DataFrame:
        """One row for each call and each table or index that it touched."""
        from dynaproof.report.frames import capacity_frame

        return capacity_frame(self.result)

    @property
    def tables(self) -> pd.DataFrame:
        """One row for each table."""
        from dynaproof.report.frames import tables_frame

        return tables_frame(self.result)

    @property
    def item_types(self) -> pd.DataFrame:
        """One row for each item type: numbers and sizes in bytes."""
        from dynaproof.report.frames import item_types_frame

        return item_types_frame(self.result)

    @property
    def collections(self) -> pd.DataFrame:
        """One row for each table and index: its item collections."""
        from dynaproof.report.frames import collections_frame

        return collections_frame(self.result)

    def pattern(self, name: str) -> PatternResult | None:
        """The result of one access pattern."""
        return self.result.pattern(name)

    def capacity_chart(self) -> Chart:
        """Capacity per access pattern, split by table and index."""
        from dynaproof.report.charts import capacity_chart

        return Chart(capacity_chart(self.result))

    def item_sizes_chart(self) -> Chart:
        """Item sizes by item type."""
        from dynaproof.report.charts import item_sizes_chart

        return Chart(item_sizes_chart(self.result))

    def collections_chart(self) -> Chart:
        """Item collections by size."""
        from dynaproof.report.charts import collections_chart

        return Chart(collections_chart(self.result))

    def save_charts(
        self, folder: str | Path, formats: Sequence[str] = ("svg", "png")
    ) -> list[Path]:
        """Write all charts to a folder; gives the files written."""
        charts = {
            "capacity": self.capacity_chart(),
            "item-sizes": self.item_sizes_chart(),
            "collections": self.collections_chart(),
        }
        written: list[Path] = []
        for name, chart in charts.items():
            for suffix in formats:
                path = Path(folder) / f"{self.result.definition.name}-{name}.{suffix}"
                chart.save(path)
                written.append(path)
        return written

    def to_json(self) -> bytes:
        """The whole run as JSON; ``dynaproof schema --run`` prints its schema."""
        from dynaproof.report.run_json import run_to_json

        return run_to_json(self.result)

    def save_json(self, path: str | Path) -> None:
        """Write the run as JSON, whole or not at all; makes the folder."""
        from dynaproof.report.output_file import make_folder_of, write_atomically

        make_folder_of(Path(path))
        write_atomically(Path(path), self.to_json())

    def review(self, proved: Proof | None = None) -> Review:
        """The review of the run: ``.save("review.html")``, ``.pdf`` or ``.md``."""
        from dynaproof.api.review import Review

        return Review.of_run(self.result, proved.result if proved else None)

    def __repr__(self) -> str:
        from dynaproof.report.terminal import run_text

        return run_text(self.result)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import run_html

        return run_html(self.result)


@dataclass(frozen=True)
class Chart:
    """A matplotlib figure that a notebook shows by itself."""

    figure: Figure

    def save(self, path: str | Path) -> None:
        """Write it as PNG or SVG, by the file's suffix; the same run gives the same bytes."""
        from dynaproof.report.charts import save_chart

        save_chart(self.figure, Path(path))

    def _repr_png_(self) -> bytes:
        from dynaproof.report.charts import chart_bytes

        return chart_bytes(self.figure, ".png", 96)


@dataclass(frozen=True)
class Answer:
    """What one call of an access pattern gave."""

    answered: Answered
    pattern: AccessPattern
    table: Table | None = None
    """The table of the request, when it is about one."""

    @property
    def items(self) -> list[dict[str, object]]:
        """The items as plain values."""
        from dynaproof.report.frames import plain_items

        return plain_items(self.answered.items)

    @property
    def frame(self) -> pd.DataFrame:
        """The items as a frame."""
        from dynaproof.report.frames import answer_frame

        return answer_frame(self.answered, self.table)

    @property
    def parameters(self) -> Mapping[str, object]:
        """The parameters that were used."""
        return self.answered.call.parameters

    def __repr__(self) -> str:
        from dynaproof.report.terminal import answer_text

        return answer_text(self.answered, self.pattern, self.table)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import answer_html

        return answer_html(self.answered, self.pattern, self.table)


@dataclass(frozen=True)
class Explained:
    """How a predicted figure comes about."""

    explanation: Explanation

    def __repr__(self) -> str:
        from dynaproof.report.explanation import explanation_text

        return explanation_text(self.explanation)

    def _repr_html_(self) -> str:
        from dynaproof.report.explanation import explanation_html

        return explanation_html(self.explanation)


@dataclass(frozen=True)
class TableViews(Sequence["Table"]):
    """Tables of a definition, shown with keys, indexes and item types."""

    tables: tuple[Table, ...]

    def __getitem__(self, position: int) -> Table:  # type: ignore[override]  # no slices
        return self.tables[position]

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        from dynaproof.report.definition_text import definition_tables_text

        return definition_tables_text(self.tables)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import definition_tables_html

        return definition_tables_html(self.tables)


@dataclass(frozen=True)
class PatternViews(Sequence["AccessPattern"]):
    """Access patterns of a definition, shown with operation, index, keys and budget."""

    patterns: tuple[AccessPattern, ...]
    definition: Definition

    def __getitem__(self, position: int) -> AccessPattern:  # type: ignore[override]  # no slices
        return self.patterns[position]

    def __len__(self) -> int:
        return len(self.patterns)

    def __repr__(self) -> str:
        from dynaproof.report.definition_text import definition_patterns_text

        return definition_patterns_text(self.patterns)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import definition_patterns_html

        return definition_patterns_html(self.patterns)
