"""What the server's worker runs in the demo: the application, and the town that lives beside it.

Only the demo imports the town; what every other installation serves knows nothing of it.
"""

import os

from starlette.types import ASGIApp

from gotovo.assembly.application import Application, behind_proxies, open_log
from gotovo.assembly.runtime import Runtime
from gotovo.config import load_settings
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.town.demo import demo


def application() -> ASGIApp:
    """Return the application of this process, by its environment, with the town in it."""
    settings = load_settings(os.environ)
    open_log(settings)
    return behind_proxies(Application(settings, beside=_town), settings)


async def _town(runtime: Runtime) -> None:
    await demo.run_town(runtime, HelpThreads(runtime.pool))
