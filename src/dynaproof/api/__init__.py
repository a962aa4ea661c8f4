"""What a notebook imports: ``from dynaproof import Workbench``."""

from __future__ import annotations

from dynaproof.api.own_server import start_server
from dynaproof.api.views import Answer, Chart, Explained, Findings, PatternViews, Run, TableViews
from dynaproof.api.workbench import DEFAULT_SEED, Workbench

__all__ = [
    "DEFAULT_SEED",
    "Answer",
    "Chart",
    "Explained",
    "Findings",
    "PatternViews",
    "Run",
    "TableViews",
    "Workbench",
    "start_server",
]
