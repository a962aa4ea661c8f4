"""Several designs for one set of access patterns, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dynaproof.api.comparisons import take_baseline
from dynaproof.api.workbench import DEFAULT_SEED

if TYPE_CHECKING:
    import pandas as pd

    from dynaproof.api.views import Chart
    from dynaproof.model.baseline import Baseline
    from dynaproof.proof.events import Listener


@dataclass(frozen=True)
class Designs:
    """What each of several designs costs, by its name."""

    figures: Mapping[str, Baseline]

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each access pattern and design: units and requests of a call."""
        from dynaproof.report.designs_frame import designs_frame

        return designs_frame(self.figures)

    @property
    def table(self) -> pd.DataFrame:
        """Access patterns down, designs across, and last the bytes that are stored."""
        from dynaproof.report.designs_frame import designs_table

        return designs_table(self.figures)

    def chart(self) -> Chart:
        """A bar for each design and access pattern."""
        from dynaproof.api.views import Chart
        from dynaproof.report.designs_chart import designs_chart

        return Chart(designs_chart(self.figures))

    def __repr__(self) -> str:
        return self.table.to_string()

    def _repr_html_(self) -> str:
        return self.table.to_html(escape=True)


def compare_designs(
    definitions: Mapping[str, str | Path],
    *,
    seed: int = DEFAULT_SEED,
    steps: bool = False,
    listen: Listener | None = None,
) -> Designs:
    """Predict the access patterns of each definition, by the names of the designs.

    With ``steps``, patterns with steps are run on a DynamoDB Local of our own; without, they have
    no figures. Raises InputError and EnvironmentFault as a Workbench does.
    """
    return Designs(
        {
            name: take_baseline(definition, seed=seed, steps=steps, listen=listen)
            for name, definition in definitions.items()
        }
    )
