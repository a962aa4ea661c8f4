"""The review on paper."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.report.review.pdf import require_pdf, review_pdf
from dynaproof.report.review.run_file import RunFile


def test_the_same_run_gives_the_same_bytes(run_file: RunFile) -> None:
    first = review_pdf(run_file)
    assert first.startswith(b"%PDF-")
    assert review_pdf(run_file) == first


@pytest.mark.parametrize(
    ("fault", "said"),
    [(ModuleNotFoundError("weasyprint"), "WeasyPrint"), (OSError("libpango"), "Pango")],
)
def test_what_is_missing_is_told_with_what_to_install(
    fault: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **options: Any) -> Any:
        if name == "weasyprint":
            raise fault
        return real(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EnvironmentFault, match=said) as raised:
        require_pdf()
    [found] = raised.value.diagnostics
    assert found.code is Code.NO_PDF
    assert "dynaproof[pdf]" in found.hint
