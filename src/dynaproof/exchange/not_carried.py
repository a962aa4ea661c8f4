"""What a form cannot hold, or what was wrong in a file and left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotCarried:
    """``place`` within the source, such as ``DataModel[0].TableFacets[2].TableData[5].price``."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason
