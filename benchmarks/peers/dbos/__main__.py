"""The DBOS peer: `python benchmarks/peers/dbos prepare`, then `… serve`.

Environment variables: DATABASE_URL, API_KEY, PORT. One process, as DBOS runs workflows in it.
"""

import os
import sys
from pathlib import Path

import uvicorn
from dbos import run_dbos_database_migrations

HERE = Path(__file__).parent


def main() -> None:
    """Prepare an empty database, or serve a prepared one until stopped."""
    if sys.argv[1:] == ["prepare"]:
        run_dbos_database_migrations(system_database_url=os.environ["DATABASE_URL"])
    elif sys.argv[1:] == ["serve"]:
        uvicorn.run(
            "app:app",
            app_dir=str(HERE),
            host="127.0.0.1",
            port=int(os.environ["PORT"]),
            loop="uvloop",
            http="httptools",
            access_log=False,
            log_level="warning",
        )
    else:
        sys.exit("say: prepare, or serve")


if __name__ == "__main__":
    main()
