"""Exit statuses, and the one place that turns an error into a sentence on stderr and a status.

The exception types are imported after an error, so that `--help` does not load their packages.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager

PROBLEM = 1
WRONG_USAGE = 2
INTERRUPTED = 130


class WrongUsage(Exception):
    """Wrong usage of a command; the message names the argument, its value and what is expected."""


@contextmanager
def exit_with_status() -> Generator[None]:
    """Exit with a sentence for an error that the user can fix; raise any other error again."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        status = _status_of(error)
        if status is None:
            raise
        message = str(error) or type(error).__doc__ or type(error).__name__
        print(f"gotovo: {message}", file=sys.stderr)  # noqa: T201  (this is the terminal)
        sys.exit(status)


def _status_of(error: Exception) -> int | None:
    """Return the exit status of an error that the user can fix, None for a defect of ours."""
    import asyncpg

    from gotovo.engine.ports import EngineError
    from gotovo.keyring.sources import SecretFileError
    from gotovo.payments.providers.port import ProviderError
    from gotovo.setting_checks import SettingError
    from gotovo.store.postgres.errors import StoreError
    from gotovo.worker_process import WorkerProcessError

    if isinstance(error, WrongUsage | SettingError | SecretFileError):
        return WRONG_USAGE
    fixable = StoreError | EngineError | WorkerProcessError | ProviderError
    if isinstance(error, fixable | OSError | asyncpg.PostgresError):
        return PROBLEM
    return None
