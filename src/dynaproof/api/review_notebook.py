"""``dynaproof notebook``: a notebook that reviews a definition, with its outputs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from dynaproof.api.workbench import DEFAULT_SEED, Workbench
from dynaproof.definition.definition_file import definition_file
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError, Place

if TYPE_CHECKING:
    from nbformat import NotebookNode

DEFAULT_SETS = 8
"""Sets of hard facts that the notebook's proof tries: a look, not a night's work."""
SANITIZE_FILE = Path(__file__).parents[1] / "report" / "nbval-sanitize.cfg"
"""For ``pytest --nbval --nbval-sanitize-with``: what may differ between two machines."""
_OTHER_NAME = "Name another, or give --force."
_BARE = "With --no-execute it is written without outputs."
_NO_JUPYTER = "Install it: pip install 'dynaproof[notebooks]'."


def write_review_notebook(
    definition: str | Path,
    file: str | Path | None = None,
    *,
    seed: int = DEFAULT_SEED,
    sets: int = DEFAULT_SETS,
    execute: bool = True,
    replace: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write a notebook that checks, runs and proves a definition, and explains its patterns.

    ``NAME-review.ipynb`` beside the definition unless told otherwise. It is executed first, unless
    ``execute`` is False. Raises InputError for the definition, EnvironmentFault when the file is
    there already (DP513), without Jupyter or when a cell fails (DP517); nothing is written then.
    """
    source = definition_file(Path(definition))
    path = Path(file) if file is not None else source.with_name(f"{source.stem}-review.ipynb")
    if not replace and os.path.lexists(path):
        raise EnvironmentFault(
            Diagnostic(Code.OUTPUT, "the file is there already", Place(str(path)), _OTHER_NAME)
        )
    notebook = _notebook(source, _from_notebook(source, path), seed, sets)
    from dynaproof.report.output_file import make_folder_of, write_atomically
    from dynaproof.report.review_notebook import notebook_bytes

    make_folder_of(path)
    if execute:
        tell("executing the notebook")
        _execute(notebook, path)
    write_atomically(path, notebook_bytes(notebook))
    return path


def _notebook(source: Path, file: str, seed: int, sets: int) -> NotebookNode:
    with Workbench(source, seed=seed) as bench:
        unexplained: dict[str, str] = {}
        for pattern in bench.definition.access_patterns:
            try:
                bench.explain(pattern.name)
            except InputError as error:
                unexplained[pattern.name] = error.diagnostics[0].message
        from dynaproof.report.review_notebook import review_notebook

        try:
            return review_notebook(
                bench.definition, file, seed=seed, sets=sets, unexplained=unexplained
            )
        except ImportError as error:
            raise _fault("Jupyter is not installed", _NO_JUPYTER) from error


def _execute(notebook: NotebookNode, path: Path) -> None:
    try:
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ImportError as error:
        raise _fault("Jupyter is not installed", _NO_JUPYTER) from error
    client = NotebookClient(
        notebook,
        record_timing=False,
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        _in_thread(client.async_execute())
    except CellExecutionError as error:
        raise _fault(f"a cell failed: {error.ename}: {error.evalue}", _BARE) from error
    except (CellTimeoutError, DeadKernelError, NoSuchKernel) as error:
        raise _fault(f"the notebook's kernel failed: {error}", _BARE) from error


def _in_thread(work: Coroutine[Any, Any, object]) -> None:
    """Run it to its end, or to its own clean-up when this thread is interrupted.

    In the main thread nbclient would take SIGINT and SIGTERM for itself, and go on.
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)
    ended = Event()
    task.add_done_callback(lambda _: ended.set())
    thread = Thread(target=lambda: loop.run_until_complete(asyncio.wait({task})))
    thread.start()
    try:
        ended.wait()  # a 'join' that is interrupted takes the thread for ended
    except BaseException:
        loop.set_exception_handler(lambda *_: None)  # what breaks off has nothing to tell
        loop.call_soon_threadsafe(task.cancel)
        raise
    finally:
        ended.wait()
        thread.join()
        loop.close()
    task.result()


def _from_notebook(source: Path, notebook: Path) -> str:
    """The definition as seen from the notebook's folder, where its kernel runs."""
    found = source.parent.resolve() / source.name  # a link stays one: its datasets are beside it
    try:
        return Path(os.path.relpath(found, notebook.parent.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return found.as_posix()


def _fault(message: str, hint: str) -> EnvironmentFault:
    return EnvironmentFault(Diagnostic(Code.NOTEBOOK, message, hint=hint))
