"""The process between dynaproof and Java, so that Java never outlives dynaproof.

Run as ``python -I -S guard.py PARENT_PID WORK_FOLDER JAVA ARGUMENT...``, standard library only.
Standard input is a pipe that the parent holds: when the parent is gone, however it ended, the
pipe closes, Java is killed and the work folder removed. ``detach`` on that pipe lets the server
go on without the parent, until SIGTERM. Standard output tells ``started PID``, ``failed REASON``
and ``exited STATUS``.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PARENT_CHECK_SECONDS = 1.0
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent: int, work: Path, command: list[str]) -> None:
    """Start Java in the work folder, and stay until it is to end."""
    asked_to_end: list[int] = []
    # Ctrl-C and a closed terminal are the parent's to answer; Java inherits this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _: asked_to_end.append(number))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)

    try:
        work.mkdir(mode=0o700, parents=True)
        java = _start(work, command)
    except OSError as error:
        _tell(f"failed {error}")
        shutil.rmtree(work, ignore_errors=True)
        return
    _tell(f"started {java.pid}")

    attached = True
    exited = False
    watched = [wake, sys.stdin.fileno()]
    while not asked_to_end:
        ready, _, _ = select.select(watched, [], [], PARENT_CHECK_SECONDS if attached else None)
        if wake in ready:
            os.read(wake, 64)
        if sys.stdin.fileno() in ready:
            if os.read(sys.stdin.fileno(), 64) != b"detach\n":
                break
            attached = False
            watched = [wake]
        # A process forked by the parent may hold the pipe open after the parent is gone.
        if attached and os.getppid() != parent:
            break
        if not exited and java.poll() is not None:
            exited = True
            _tell(f"exited {java.returncode}")
        if exited and not attached:
            break
    java.kill()
    java.wait()
    shutil.rmtree(work, ignore_errors=True)


def _start(work: Path, command: list[str]) -> subprocess.Popen[bytes]:
    with (
        (work / "stdout").open("wb") as out,
        (work / "stderr").open("wb") as err,
    ):
        return subprocess.Popen(  # noqa: S603 - what the parent asks for
            command,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            preexec_fn=_death_signal(),
        )


def _death_signal() -> Callable[[], None] | None:
    """Have the kernel kill Java when this guard is killed (Linux)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _tell(line: str) -> None:
    # When the parent is gone or let go of us, nobody listens.
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), (line + "\n").encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
