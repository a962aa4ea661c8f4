"""dynaproof: DynamoDB access-pattern modelling, run and checked on the real DynamoDB Local.

The public API is :class:`dynaproof.Workbench`; it is imported on first use, so that
``import dynaproof`` and ``dynaproof --help`` stay quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynaproof.version import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dynaproof.api import Workbench

__all__ = ["Workbench", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Workbench":
        from dynaproof.api import Workbench

        return Workbench
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """``%load_ext dynaproof``: the magics ``%dynaproof`` and ``%%dynaproof``."""
    from dynaproof.notebook import load

    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """``%unload_ext dynaproof``: their servers end."""
    from dynaproof.notebook import unload

    unload(ipython)
