"""How long commands stood still after each fault, by its kind."""

import os
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

import pytest

SECONDS_MAX = 5.0
"""Within this, commands go on; measured in the long form, on a machine that does nothing else."""


class Recoveries:
    """Seconds from a fault to the first answer to a request that was sent after it."""

    def __init__(self) -> None:
        """Begin without any."""
        self._seconds: dict[str, list[float]] = defaultdict(list)

    def add(self, kind: str, seconds: float) -> None:
        """Count one fault."""
        self._seconds[kind].append(seconds)

    def lines(self) -> Iterator[str]:
        """Return a line for each kind of fault."""
        for kind, seconds in sorted(self._seconds.items()):
            told = f"median {median(seconds):.2f} s, max {max(seconds):.2f} s"
            yield f"{kind}: {len(seconds)} times, {told}"

    def too_long(self) -> dict[str, float]:
        """Return the longest time of each kind that took longer than it may."""
        longest = {kind: max(seconds) for kind, seconds in self._seconds.items()}
        return {kind: seconds for kind, seconds in longest.items() if seconds > SECONDS_MAX}


def report(config: pytest.Config, title: str, recoveries: Recoveries) -> None:
    """Write the times into the terminal; a worker of a parallel run has none."""
    terminal = config.pluginmanager.getplugin("terminalreporter")
    if isinstance(terminal, pytest.TerminalReporter):
        load = " ".join(f"{each:.1f}" for each in os.getloadavg())
        for line in recoveries.lines():
            terminal.write_line(f"{title}: {line} (load of the machine {load})")
