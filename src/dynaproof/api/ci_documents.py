"""Results in the formats that CI systems read, as ``--format`` gives them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynaproof.api.proof_view import Proof
from dynaproof.api.views import Run
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError

if TYPE_CHECKING:
    from dynaproof.api.workbench import Workbench
    from dynaproof.report.outcome import Outcome


def ci_document(format_: str, *results: Run | Proof | Workbench) -> bytes:
    """One document of several results: ``junit``, ``sarif``, ``github`` or ``markdown``.

    A workbench stands for its check. Raises InputError for another format.
    """
    from dynaproof.definition.validation import did_you_mean
    from dynaproof.report.ci_formats import CI_FORMATS

    if format_ not in CI_FORMATS:
        raise InputError(
            Diagnostic(
                Code.UNKNOWN_NAME,
                f"there is no format '{format_}'",
                hint=did_you_mean(format_, list(CI_FORMATS)),
            )
        )
    return CI_FORMATS[format_]([_outcome(one) for one in results])


def _outcome(result: Run | Proof | Workbench) -> Outcome:
    if isinstance(result, Run):
        from dynaproof.report.run_outcome import run_outcome

        return run_outcome(result.result)
    if isinstance(result, Proof):
        from dynaproof.report.proof_outcome import proof_outcome

        return proof_outcome(result.result)
    from dynaproof.report.check_outcome import check_outcome

    found = result.check()
    definition = result.definition if found else None
    file = definition.source.file if definition is not None else result.name
    return check_outcome(file, definition, found.diagnostics)
