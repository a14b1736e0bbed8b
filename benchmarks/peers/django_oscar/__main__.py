"""The django-oscar peer: `python benchmarks/peers/django_oscar prepare`, then `… serve`.

Environment variables: DATABASE_URL, API_KEY, PORT, and WORKERS, 2 by default.
"""

import os
import sys
from pathlib import Path

from seed import prepare

HERE = str(Path(__file__).parent)

WORKERS = "2"
THREADS = "6"
"""A worker's; each has a connection of its own to the database."""


def main() -> None:
    """Prepare an empty database, or serve a prepared one until stopped."""
    if sys.argv[1:] == ["prepare"]:
        prepare()
    elif sys.argv[1:] == ["serve"]:
        gunicorn = (sys.executable, "-m", "gunicorn", "wsgi:application", "--chdir", HERE)
        size = ("--workers", os.environ.get("WORKERS", WORKERS), "--threads", THREADS)
        place = ("--bind", f"127.0.0.1:{os.environ['PORT']}", "--log-level", "warning")
        os.execv(sys.executable, (*gunicorn, *size, *place))  # noqa: S606  (becomes the server)
    else:
        sys.exit("say: prepare, or serve")


if __name__ == "__main__":
    main()
