"""The machine's two times: the time of day, and the seconds since its start."""

import ctypes
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gotovo.engine.background.ports import Tick

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_UPTIME: Final = Path("/proc/uptime")

_TIMEX_BYTES: Final = 512
"""More than `struct timex` has on any machine."""

_TIME_ERROR: Final = 5
"""What adjtimex(2) returns while no time service keeps the clock."""


def utc_now() -> datetime:
    """Return the present instant; only the assembly reads the machine's clock."""
    return datetime.now(UTC)


class MachineClock:
    """Linux: both times are read without a lock or a system call."""

    def __init__(self) -> None:
        """Without a boot id, each process is a machine of its own."""
        try:
            self._machine = _BOOT_ID.read_text("ascii").strip()
        except OSError:
            self._machine = str(uuid.uuid4())

    def tick(self) -> Tick:
        """Return what both show now; the seconds include those of a suspended machine."""
        return Tick(self._machine, datetime.now(UTC), time.clock_gettime(time.CLOCK_BOOTTIME))

    def kernel_tick(self) -> Tick:
        """Return the same, with the seconds from /proc."""
        try:
            uptime = float(_UPTIME.read_text("ascii").split()[0])
        except (OSError, ValueError, IndexError):
            return self.tick()
        return Tick(self._machine, datetime.now(UTC), uptime)

    def is_synchronized(self) -> bool:
        """Return whether the kernel knows of a time service; setting the clock ends that."""
        try:
            state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
        except (OSError, AttributeError):
            return False
        return 0 <= state != _TIME_ERROR
