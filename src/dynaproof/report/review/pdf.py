"""The review as PDF, drawn by WeasyPrint from the page."""

from __future__ import annotations

from typing import NoReturn

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault
from dynaproof.report.review.page import review_html
from dynaproof.report.review.run_file import RunFile

_HINT = (
    'Install both: pip install "dynaproof[pdf]", and Pango (Debian: apt-get install '
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango). "
    "Or write HTML, and print it from a browser."
)


def require_pdf() -> None:
    """Raise EnvironmentFault (DP516) where PDF cannot be written; to be asked before a long run."""
    try:
        import weasyprint  # noqa: F401  whether it can be imported is the question
    except (ImportError, OSError) as error:  # OSError: it did not find Pango
        what = "WeasyPrint" if isinstance(error, ImportError) else "Pango, which WeasyPrint needs,"
        raise EnvironmentFault(
            Diagnostic(Code.NO_PDF, f"PDF cannot be written: {what} is not installed", hint=_HINT)
        ) from error


def review_pdf(run: RunFile) -> bytes:
    """The review as PDF, light, all unfolded; the same run gives the same bytes.

    Raises EnvironmentFault (DP516) where WeasyPrint or Pango is missing.
    """
    require_pdf()
    import weasyprint

    page = weasyprint.HTML(string=review_html(run, paper=True), url_fetcher=_nothing)
    drawn = page.write_pdf(pdf_identifier=run.result.definition.digest.encode() or b"dynaproof")
    if not isinstance(drawn, bytes):
        raise TypeError("WeasyPrint gave no PDF")
    return drawn


def _nothing(url: str, *_: object, **__: object) -> NoReturn:
    """The page holds all that it shows."""
    raise ValueError(f"a review loads nothing: {url[:80]}")
