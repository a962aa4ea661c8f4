"""Charts of a run: capacity by access pattern, item sizes, item collections."""

from __future__ import annotations

from dynaproof.report.capacity_chart import capacity_chart
from dynaproof.report.chart_style import chart_bytes, save_chart
from dynaproof.report.collections_chart import collections_chart
from dynaproof.report.item_sizes_chart import item_sizes_chart

__all__ = ["capacity_chart", "chart_bytes", "collections_chart", "item_sizes_chart", "save_chart"]
