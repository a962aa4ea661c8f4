"""The review of a run: one page to read, to print, or to put into a pull request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place

if TYPE_CHECKING:
    from dynaproof.proof.results import RunResult
    from dynaproof.proof.search.result import ProveResult
    from dynaproof.report.review.run_file import RunFile

SUFFIXES = (".html", ".pdf", ".md", ".json")


@dataclass(frozen=True, slots=True)
class Review:
    """What ``dynaproof report`` writes; the same run gives the same bytes.

    ``data`` is the run's JSON.

    Each form raises InputError (DP116) where the run's JSON is not what it should be.
    """

    run: RunFile
    data: bytes

    @classmethod
    def of_file(cls, file: str | Path) -> Review:
        """From the JSON of a run; raises InputError (DP116)."""
        from dynaproof.report.review.run_file import read_bytes

        return cls.of_json(read_bytes(Path(file)), str(file))

    @classmethod
    def of_json(cls, data: bytes, name: str = "run.json") -> Review:
        """From the bytes of a run's JSON; raises InputError (DP116)."""
        from dynaproof.report.review.run_file import parse_run

        return cls(parse_run(data, name), data)

    @classmethod
    def of_run(cls, result: RunResult, proved: ProveResult | None = None) -> Review:
        """From a run, with what proving found where it was asked for."""
        from dynaproof.report.run_json import run_to_json

        return cls.of_json(run_to_json(result, proved))

    def __repr__(self) -> str:
        from dynaproof.report.review.brief import review_brief

        return review_brief(self.run)

    def _repr_html_(self) -> str:
        from dynaproof.report.review.brief import review_brief_html

        return review_brief_html(self.run)

    def to_html(self) -> str:
        """One page that needs nothing from outside."""
        from dynaproof.report.review.page import review_html

        return review_html(self.run)

    def to_markdown(self) -> str:
        """The same in short, for a pull request."""
        from dynaproof.report.review.markdown import review_markdown

        return review_markdown(self.run)

    def to_pdf(self) -> bytes:
        """The page on paper; raises EnvironmentFault (DP516) without WeasyPrint or Pango."""
        from dynaproof.report.review.pdf import review_pdf

        return review_pdf(self.run)

    def save(self, path: str | Path) -> None:
        """Write it as its suffix says (``.html``, ``.pdf``, ``.md``), whole or not at all.

        ``.json`` is what all of it was made from. Makes the folder. Raises InputError (DP513) for another suffix.
        """
        from dynaproof.report.output_file import make_folder_of, write_atomically

        target = Path(path)
        match review_suffix(target):
            case ".pdf":
                data = self.to_pdf()
            case ".html":
                data = self.to_html().encode()
            case ".md":
                data = self.to_markdown().encode()
            case _:
                data = self.data
        make_folder_of(target)
        write_atomically(target, data)


def review_suffix(path: Path) -> str:
    """The suffix of a file that a review can be written to; raises InputError (DP513)."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        message = f"reviews are not written as '{path.suffix}'"
        hint = "Name the file .html, .pdf, .md or .json."
        raise InputError(Diagnostic(Code.OUTPUT, message, Place(str(path)), hint))
    return suffix


def require_forms(paths: list[Path]) -> None:
    """What cannot be written is told before a run: suffixes, folders, and what PDF needs."""
    from dynaproof.report.output_file import make_folder_of

    for path in paths:
        if review_suffix(path) == ".pdf":
            from dynaproof.report.review.pdf import require_pdf

            require_pdf()
        make_folder_of(path)
