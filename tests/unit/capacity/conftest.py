"""A profile for mutation testing: few examples, and the same ones every time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("mutation", max_examples=15, derandomize=True, database=None)
