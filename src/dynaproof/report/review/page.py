"""The review as one HTML page that needs nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from dynaproof.report.chart_style import PALETTE
from dynaproof.report.review.drawings import drawings
from dynaproof.report.review.review import review_of
from dynaproof.report.review.run_file import RunFile

_LIGHT, _DARK = "#ffffff", "#151b23"
_TINT_LIGHT, _TINT_DARK = 0.16, 0.32


def review_html(run: RunFile, *, paper: bool = False) -> str:
    """The page; the same run gives the same text. ``paper`` is for PDF: light, all unfolded.

    Raises InputError where the run's JSON is not what it should be.
    """
    script = "" if paper else _source("review.js")
    return (
        _environment()
        .get_template("review.html")
        .render(
            review=review_of(run),
            drawings={
                name: Markup(one.svg)  # noqa: S704  drawn here; its texts are paths
                for name, one in drawings(run.result, adapting=not paper).items()
            },
            paper=paper,
            types=[
                (colour, _mixed(colour, _LIGHT, _TINT_LIGHT), _mixed(colour, _DARK, _TINT_DARK))
                for colour in PALETTE
            ],
            script=Markup(script),  # noqa: S704  a file of ours
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dynaproof.report.review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["humps"] = _humps
    return environment


def _humps(text: str) -> Markup:
    """A name such as ConditionalCheckFailedException, which may be folded between its words."""
    return Markup(re.sub(r"(?<=[a-z])(?=[A-Z])", "<wbr>", str(escape(text))))  # noqa: S704  escaped


def _source(name: str) -> str:
    loader = _environment().loader
    assert loader is not None  # noqa: S101  set above
    return loader.get_source(_environment(), name)[0]


def _mixed(colour: str, ground: str, share: float) -> str:
    """A colour laid thinly over a ground, as ``#rrggbb``."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(ground[1:]), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()
