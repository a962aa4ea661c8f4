"""The charts of a run as SVG that stands in a page: its colours follow the page's."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from dynaproof.proof.results import RunResult
from dynaproof.report.chart_style import ALERT, INK, QUIET, RULE, chart_bytes
from dynaproof.report.charts import capacity_chart, collections_chart, item_sizes_chart

MOST_PANELS = 24
"""Tables and indexes whose collections are drawn; the table beside has them all."""
_VARIABLES = {ALERT: "bad", INK: "ink", QUIET: "quiet", RULE: "rule", "#ffffff": "surface"}
_DRAWERS: dict[str, Callable[[RunResult], Figure]] = {
    "capacity": capacity_chart,
    "item-sizes": item_sizes_chart,
    "collections": collections_chart,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as SVG markup."""

    name: str
    svg: str


def drawings(result: RunResult, *, adapting: bool) -> dict[str, Drawing]:
    """The charts by name, without those that cannot be drawn. ``adapting`` ones take ink and paper from the page's variables."""
    panels = sum(len(table.collections) for table in result.tables)
    drawn: dict[str, Drawing] = {}
    for name, draw in _DRAWERS.items():
        if name == "collections" and panels > MOST_PANELS:
            continue
        # matplotlib warns where names leave no room for a chart: the tables have its figures.
        with warnings.catch_warnings(), contextlib.suppress(UserWarning):
            warnings.simplefilter("error", UserWarning)
            drawn[name] = Drawing(
                name, _embedded(chart_bytes(draw(result), ".svg"), name, adapting)
            )
    return drawn


def _embedded(svg: bytes, name: str, adapting: bool) -> str:
    text = svg.decode()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    # Several charts in one page must not share identifiers.
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    if adapting:
        for colour, variable in _VARIABLES.items():
            text = re.sub(rf"(fill|stroke): {colour}\b", rf"\1: var(--{variable})", text)
            text = re.sub(rf'(fill|stroke)="{colour}"', rf'style="\1: var(--{variable})"', text)
    return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
