"""``--tolerance``: a share of a figure."""

from __future__ import annotations

import math

import click


class Tolerance(click.ParamType[float]):
    """``5%`` or ``0.05``."""

    name = "percent"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it; fails on what is no share, or below 0."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        number = text.removesuffix("%")
        try:
            share = float(number) / (100 if number != text else 1)
        except ValueError:
            share = math.nan
        if not math.isfinite(share) or share < 0:
            self.fail(f"'{value}' is no share, such as 5% or 0.05", param, ctx)
        return share


TOLERANCE = Tolerance()
