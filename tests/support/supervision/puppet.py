"""A worker that does what its argument says: `serve`, `hang`, `give-up`, `once` or `stay`."""

import asyncio
import sys
import time
from pathlib import Path

from gotovo.supervision.link import WorkerLink, inherited_link


async def _run(link: WorkerLink, act: str) -> int:
    link.open()
    match act:
        case "give-up":
            link.failed("the database can't be reached")
            return 1
        case "hang":
            link.ready()
            await asyncio.sleep(0.1)
            time.sleep(60)  # noqa: ASYNC251  (this is what hanging is)
        case _:
            link.note([act])
            link.ready()
            await link.stopping.wait()
            if act == "stay":
                await asyncio.sleep(60)
    return 0


def _act(said: str) -> str:
    """Return what to do; of `once`, the first serves and those that come after it cannot."""
    act, _, place = said.partition(" ")
    if act != "once":
        return act
    file = Path(place)
    act = "give-up" if file.exists() else "serve"
    file.touch()
    return act


if __name__ == "__main__":
    sys.exit(asyncio.run(_run(inherited_link(), _act(sys.argv[1]))))
