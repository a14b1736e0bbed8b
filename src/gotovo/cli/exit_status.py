"""How a command ends when something is wrong: one sentence on stderr, and an exit status.

What can go wrong is imported when it has gone wrong, so that `--help` costs nothing.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager

PROBLEM = 1
WRONG_USE = 2
INTERRUPTED = 130


class WrongUse(Exception):
    """The command was used wrongly; the message names the argument, its value and what fits."""


@contextmanager
def ended() -> Generator[None]:
    """Turn what a person can mend into a sentence; anything else is our fault and says so."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        status = _status_of(error)
        if status is None:
            raise
        said = str(error) or type(error).__doc__ or type(error).__name__
        print(f"gotovo: {said}", file=sys.stderr)  # noqa: T201  (this is the terminal)
        sys.exit(status)


def _status_of(error: Exception) -> int | None:
    """Return the exit status for what a person can mend, None for a fault of ours."""
    import asyncpg

    from gotovo.config import SettingError
    from gotovo.engine.ports import EngineError
    from gotovo.store.postgres.errors import StoreError
    from gotovo.worker_process import WorkerProcessError

    if isinstance(error, WrongUse | SettingError):
        return WRONG_USE
    mendable = StoreError | EngineError | WorkerProcessError | OSError | asyncpg.PostgresError
    if isinstance(error, mendable):
        return PROBLEM
    return None
