"""What all tests share: Hypothesis with the same examples every time, and Ctrl-C.

``HYPOTHESIS_PROFILE=explore`` draws new examples.
"""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

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
