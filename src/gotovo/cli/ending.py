"""How a command ends when something is wrong: one sentence on stderr, and an exit status."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

import asyncpg

from gotovo.config import SettingError
from gotovo.engine.journal import EngineError
from gotovo.store.errors import StoreError

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
    except (SettingError, WrongUse) as error:
        _end(error, WRONG_USE)
    except (StoreError, EngineError, OSError, asyncpg.PostgresError) as error:
        _end(error, PROBLEM)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end(error: Exception, status: int) -> None:
    said = str(error) or type(error).__doc__ or type(error).__name__
    print(f"gotovo: {said}", file=sys.stderr)  # noqa: T201  (this is the terminal)
    sys.exit(status)
