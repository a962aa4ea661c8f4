"""What all tests share: Hypothesis with the same examples every time, and Ctrl-C.

``HYPOTHESIS_PROFILE=explore`` draws new examples.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# Below a shell that runs the tests in the background Ctrl-C is ignored, and every process that a
# test starts would inherit that: those that are to be interrupted would go on for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

TOGETHER = ("tests/browser/", "tests/local/test_conformance_command.py::TestShippedCases")
"""Tests whose fixtures take ten seconds: one process makes them once."""
BY_PARAMETER = "tests/local/test_shipped_definitions.py"
"""The same for each parameter."""


# Group marks of pytest-xdist do nothing with pytest 9.2: the identity of a test is fixed by then.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Each test goes by itself, but for those that belong together."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(BY_PARAMETER):
                return nodeid[nodeid.find("[") :]
            return next((one for one in TOGETHER if nodeid.startswith(one)), nodeid)

    return Scheduling(config, log)
