"""The demo's server worker: the application, with the town among its background jobs.

Only the demo imports the town, so no other installation loads it.
"""

import os

from starlette.types import ASGIApp

from gotovo.assembly.application import Application, behind_proxies
from gotovo.assembly.background import periodic_job
from gotovo.assembly.logs import open_log
from gotovo.assembly.runtime import Runtime
from gotovo.config import load_settings
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.town.demo.demo import SEED
from gotovo.town.demo.help_responder import POLL_SECONDS, HelpResponder
from gotovo.town.demo.live_town import TICK_SECONDS, LiveTown


def application() -> ASGIApp:
    """Return the application with the town, configured by the environment."""
    settings = load_settings(os.environ)
    open_log(settings.log_level, settings.log_format)
    return behind_proxies(Application(settings, more_jobs=_town_jobs), settings)


def _town_jobs(runtime: Runtime) -> tuple[PeriodicJob, ...]:
    town = LiveTown(SEED, runtime)
    support = HelpResponder(runtime, HelpThreads(runtime.pool))
    return (
        periodic_job("town", town.tick, TICK_SECONDS),
        periodic_job("town-support", support.answer_due, POLL_SECONDS),
    )
