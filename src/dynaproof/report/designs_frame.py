"""What several designs cost for one set of access patterns, as a frame and as text."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dynaproof.model.baseline import Baseline
from dynaproof.report.change_lines import pattern_figures_text
from dynaproof.report.figures import bytes_text

STORED = "stored"
"""The row of what tables and indexes hold."""


def designs_frame(designs: Mapping[str, Baseline]) -> pd.DataFrame:
    """One row for each access pattern and design: means and most of a call."""
    rows = [
        {
            "pattern": pattern.name,
            "design": name,
            "requests": max((call.pages for call in pattern.parameter_sets), default=None),
            "read_units_mean": pattern.mean.read_capacity_units if pattern.mean else None,
            "read_units_max": max(
                (call.read_capacity_units for call in pattern.parameter_sets), default=None
            ),
            "write_units_mean": pattern.mean.write_capacity_units if pattern.mean else None,
            "write_units_max": max(
                (call.write_capacity_units for call in pattern.parameter_sets), default=None
            ),
        }
        for name, baseline in designs.items()
        for pattern in baseline.access_patterns
    ]
    names = pattern_names(designs)
    frame = pd.DataFrame(rows)
    order = frame["pattern"].map(names.index)
    frame = frame.assign(order=order).sort_values("order", kind="stable").drop(columns="order")
    return frame.reset_index(drop=True)


def designs_table(designs: Mapping[str, Baseline]) -> pd.DataFrame:
    """Access patterns down, designs across: ``0.5-1 RCU``, least to most of a call."""
    rows = {
        name: [pattern_figures_text(baseline.access_pattern(name)) for baseline in designs.values()]
        for name in pattern_names(designs)
    }
    rows[STORED] = [bytes_text(stored_bytes(baseline)) for baseline in designs.values()]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(designs))


def pattern_names(designs: Mapping[str, Baseline]) -> list[str]:
    """The access patterns of all designs, each once, in their order."""
    return list(
        dict.fromkeys(one.name for design in designs.values() for one in design.access_patterns)
    )


def stored_bytes(baseline: Baseline) -> int:
    """Bytes of all items and index entries."""
    return sum(
        table.bytes + sum(index.bytes for index in table.indexes) for table in baseline.tables
    )
