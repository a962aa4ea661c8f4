"""A review in a few lines, as a notebook shows it; the review itself is a file."""

from __future__ import annotations

from dynaproof.report.html_tables import BAD, GOOD, cell, fragment, html_table, html_text
from dynaproof.report.review.review import Review, review_of
from dynaproof.report.review.run_file import RunFile

_NEXT = ".save('review.html') writes it; .pdf, .md and .json as well"


def review_brief(run: RunFile) -> str:
    """Name, verdict and figures; raises InputError where the run's JSON is not what it should be."""
    review = review_of(run)
    figures = "; ".join(f"{name} {figure}" for name, figure in review.figures)
    return "\n".join([_title(review), *_verdict(review), figures, _NEXT])


def review_brief_html(run: RunFile) -> str:
    """The same as HTML; raises InputError too."""
    review = review_of(run)
    colour = GOOD if review.status == 0 else BAD
    said = html_text("\n".join(_verdict(review)))
    return fragment(
        f'<p><b>{html_text(_title(review))}</b><br><span style="color:{colour}">{said}</span></p>',
        html_table(
            [name for name, _ in review.figures], [[cell(figure) for _, figure in review.figures]]
        ),
        f"<p>{html_text(_NEXT)}</p>",
    )


def _title(review: Review) -> str:
    return f"{review.name}: design review"


def _verdict(review: Review) -> list[str]:
    sign = "holds" if review.status == 0 else "does not hold"
    proof = review.proof
    return [
        f"{sign}: {review.verdict}",
        *([proof.found] if proof is not None and not proof.holds else []),
    ]
