"""Counterexamples written to files, to be tried again by every ``prove``."""

from __future__ import annotations

from pathlib import Path

from dynaproof.model.definition import Definition
from dynaproof.proof.search.case_file import case_name, case_text, cases_folder
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.report.output_file import make_folder, write_atomically

MOST_OF_A_NAME = 50


def save_case(counterexample: Counterexample, definition: Definition) -> Path | None:
    """Write a counterexample beside its definition; None where an equal file is there already.

    Other files are left alone: a second counterexample of the same pattern and cause gets a number.
    Raises EnvironmentFault (DP513).
    """
    folder, name = cases_folder(definition), case_name(counterexample)
    data = case_text(counterexample).encode()
    make_folder(folder)
    for number in range(1, MOST_OF_A_NAME + 1):
        file = folder / (f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml")
        if not file.exists():
            write_atomically(file, data)
            return file
        if file.is_file() and file.read_bytes() == data:
            return None
    return None
