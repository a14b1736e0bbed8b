"""The eventsourcing peer: `python benchmarks/peers/eventsourcing prepare`, then `… serve`.

Environment variables: DATABASE_URL, API_KEY, PORT, and WORKERS, 2 by default.
"""

import os
import sys
from pathlib import Path

import uvicorn

from orders import open_orders

HERE = Path(__file__).parent

WORKERS = "2"


def main() -> None:
    """Prepare an empty database, or serve a prepared one until stopped."""
    if sys.argv[1:] == ["prepare"]:
        open_orders(create_table=True).close()
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
