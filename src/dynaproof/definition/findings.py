"""The findings of one file, gathered while it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dynaproof.model.codes import Code
from dynaproof.model.definition import Path, SourceMap
from dynaproof.model.diagnostic import Diagnostic, Severity
from dynaproof.model.template import Template, TemplateError


@dataclass(slots=True)
class Findings:
    """Diagnostics with their places in ``source``."""

    source: SourceMap
    diagnostics: list[Diagnostic] = field(default_factory=list)
    texts: Mapping[Path, str] = field(default_factory=dict)
    """Every text of the file by its path."""

    def text_path(self, around: Path, text: str) -> Path | None:
        """The path of the first value below ``around`` with this text."""
        length = len(around)
        return next(
            (p for p, found in self.texts.items() if p[:length] == around and found == text), None
        )

    def add(self, code: Code, message: str, path: Path, hint: str = "") -> None:
        """A finding about the value at a path."""
        self.diagnostics.append(Diagnostic(code, message, self.source.place(*path), hint))

    def at_key(self, code: Code, message: str, path: Path, hint: str = "") -> None:
        """A finding about the key that ends a path."""
        self.diagnostics.append(Diagnostic(code, message, self.source.key(*path), hint))

    def within(self, code: Code, message: str, path: Path, offset: int, hint: str = "") -> None:
        """A finding about a character of the text at a path."""
        place = self.source.within(path, offset)
        self.diagnostics.append(Diagnostic(code, message, place, hint))

    def template(self, text: str, path: Path) -> Template | None:
        """Read a template; None and a finding when it is not well formed."""
        try:
            return Template.parse(text)
        except TemplateError as error:
            self.within(
                Code.TEMPLATE_SYNTAX,
                str(error),
                path,
                error.column,
                "Write ${name} or ${name:format}; a dollar sign is $$. Formats: iso, iso-s, "
                "iso-us, epoch, epoch-ms, %Y-%m-%d, 08d.",
            )
            return None

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops a run."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)
