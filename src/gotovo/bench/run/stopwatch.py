"""Stopwatch: how long a measured call took, in the microseconds that results hold."""

from time import perf_counter

MICROSECONDS = 1e6
"""Microseconds in a second."""


def microseconds_since(began: float) -> int:
    """Return the microseconds since a reading of `time.perf_counter`."""
    return int((perf_counter() - began) * MICROSECONDS)
