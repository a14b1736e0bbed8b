"""The demo's worker: the application, with the town's past and its work among the jobs.

Only the demo imports the town, so no other installation loads it.
"""

import os

from starlette.types import ASGIApp

from gotovo.assembly.application import Application
from gotovo.assembly.background import periodic_job
from gotovo.assembly.logs import open_log
from gotovo.assembly.runtime import Runtime
from gotovo.cli.context import print_status
from gotovo.cli.startup_message import site_of
from gotovo.config import Settings
from gotovo.desk.acceptance.tools import acceptance_tools
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.settings_sources import load_settings
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.staff.people import StaffStore
from gotovo.supervision.link import WorkerLink
from gotovo.town.demo import demo as town
from gotovo.town.demo.demo_staff import seed_staff
from gotovo.town.demo.help_responder import POLL_SECONDS, HelpResponder
from gotovo.town.demo.live_town import TICK_SECONDS, LiveTown
from gotovo.town.demo.vans import Vans


def application(link: WorkerLink) -> ASGIApp:
    """Return the application with the town, configured by the environment."""
    settings = load_settings(os.environ)
    open_log(settings.log_level, settings.log_format)
    link.note(_signing_in(settings))
    app = Application(settings, prepare=_seed, more_jobs=_town_jobs, link=link)
    link.on_stop(app.end_streams)
    return app.behind_proxies()


async def _seed(runtime: Runtime) -> None:
    if not await runtime.journal.feed(0, 0, 1):
        print_status("Simulating the town's past days …")
    await town.seed_town(runtime)
    await seed_staff(StaffStore(runtime.pool), runtime.clock())


def _signing_in(settings: Settings) -> tuple[str, ...]:
    """Return whom one can sign in as, and where the codes arrive."""
    site = site_of(settings)
    phones = "; ".join(f"{person.name} {person.phone}" for person in town.showcase_buyers())
    return (
        f"  {site}/            the buyers' pages: sign in as {phones}",
        f"  {site}/phone       the town's phones: sign-in codes and messages",
        f"  {site}/desk        the desk of a point: be one of its clerks at {site}/staff/demo",
    )


def _town_jobs(runtime: Runtime) -> tuple[PeriodicJob, ...]:
    tools = acceptance_tools(runtime.pool, runtime.engine, runtime.directory, runtime.clock)
    live = LiveTown(town.SEED, runtime, runtime.phone_accounts, Vans(runtime.engine, tools))
    support = HelpResponder(runtime, HelpThreads(runtime.pool))
    return (
        periodic_job("town", live.tick, TICK_SECONDS),
        periodic_job("town-support", support.answer_due, POLL_SECONDS),
    )
