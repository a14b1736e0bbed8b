"""The lean peer: `python benchmarks/peers/lean prepare`, then `… serve`.

Environment variables: DATABASE_URL, API_KEY, PORT, WORKERS (2 by default), and the CONNECTIONS of
each worker (8 by default).
"""

import asyncio
import os
import sys
from pathlib import Path

import uvicorn

from schema import prepare

HERE = Path(__file__).parent

WORKERS = "2"
"""As many as there are cores, on the machine that this was written on; the bench tries others."""


def main() -> None:
    """Prepare an empty database, or serve a prepared one until stopped."""
    if sys.argv[1:] == ["prepare"]:
        asyncio.run(prepare(os.environ["DATABASE_URL"], os.environ["API_KEY"]))
    elif sys.argv[1:] == ["serve"]:
        uvicorn.run(
            "app:app",
            app_dir=str(HERE),
            host="127.0.0.1",
            port=int(os.environ["PORT"]),
            workers=int(os.environ.get("WORKERS", WORKERS)),
            loop="uvloop",
            http="httptools",
            access_log=False,
            log_level="warning",
        )
    else:
        sys.exit("say: prepare, or serve")


if __name__ == "__main__":
    main()
