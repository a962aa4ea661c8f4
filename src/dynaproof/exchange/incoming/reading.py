"""The bytes of another tool's file -> the draft that its importer makes.

An importer is ``read_<format>(content, file) -> Draft``: ``content`` is the JSON value of the file
(of a sheet its text), ``file`` the file's name without folders, for the draft's ``source`` and,
without its suffix, for a name where the file states none. It is entered in ``IMPORTERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dynaproof.exchange.draft import Draft

Importer = Callable[[object, str], Draft]
IMPORTERS: Mapping[str, Importer] = {}
"""By the format's name in ``detection.FORMATS``."""
