"""The API and the pages as one ASGI application, from start-up to shutdown."""

import asyncio
import gc
import ipaddress
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import lru_cache, partial
from typing import Final, cast

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from gotovo.api.application import api_app
from gotovo.api.health import own_metrics
from gotovo.api.payment_hooks import PAYMENT_HOOKS, PaymentHooksApp
from gotovo.api.receipts import ReceiptsApp
from gotovo.api.scrape import Scrape
from gotovo.assembly.background import Background, open_background, periodic_job
from gotovo.assembly.dependencies import api_dependencies, change_reader, web_dependencies
from gotovo.assembly.logs import open_log
from gotovo.assembly.observability.readings import worker_readings
from gotovo.assembly.observability.worker_figures import told_to_others
from gotovo.assembly.operations import open_operations, without_operations
from gotovo.assembly.runtime import Runtime, open_runtime
from gotovo.assembly.settings_record import record_settings
from gotovo.bot.receiving.webhook_address import WEBHOOK_PATH
from gotovo.config import Settings
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.http.edge.connections import ClientConnections
from gotovo.http.edge.edge import Edge
from gotovo.http.edge.forwarding import ForwardingWatch
from gotovo.http.security_headers import answer_headers
from gotovo.keyring.sources import SecretFileError
from gotovo.notices.channels.push.shown_tokens import PUSH_RECEIPTS_PATH, TOKEN_BYTES_MAX
from gotovo.notices.channels.sms.callbacks import RECEIPTS_PATH
from gotovo.notices.rules import ChannelName
from gotovo.points.holidays import countries
from gotovo.settings_sources import load_settings
from gotovo.store.postgres.errors import StoreError
from gotovo.supervision.link import WorkerLink
from gotovo.web.application import web_app

_FOR_PROGRAMS = ("/api", "/healthz", "/readyz", "/metrics")
"""Paths of the API; all others are pages, apart from what others tell this program."""

_TOLD = ("/receipts/", WEBHOOK_PATH, PAYMENT_HOOKS)

ENFORCE_SECONDS: Final = 0.25
"""How long an address may have more connections than its share: too short to fill the server."""

_ADDRESSES_CACHED: Final = 4_096

_log = structlog.get_logger("gotovo")


class Application:
    """What a server runs: it opens the runtime at its start and closes it at its end.

    `prepare` runs before everything else, and `more_jobs` with the background jobs: the demo's
    town. `link` tells of the processes beside this one, for /readyz and /metrics.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        prepare: Callable[[Runtime], Awaitable[None]] | None = None,
        more_jobs: Callable[[Runtime], Sequence[PeriodicJob]] = lambda _runtime: (),
        link: WorkerLink | None = None,
    ) -> None:
        """Open nothing yet: that happens in the server's own event loop."""
        self._settings = settings
        self._prepare = prepare
        self._more_jobs = more_jobs
        self._link = link or WorkerLink()
        self._stack = AsyncExitStack()
        self._programs: ASGIApp | None = None
        self._people: ASGIApp | None = None
        self._receipts: Mapping[str, ASGIApp] = {}
        self._traced: ASGIApp = self._dispatch
        self._edge = Edge(
            without_operations(self._serve, settings),
            settings.requests_per_address,
            answer_headers(secure=settings.public_url.startswith("https://")),
        )
        self._end_streams: Callable[[], None] = lambda: None
        self._forwarding = ForwardingWatch(settings.proxies, settings.public_url)

    def behind_proxies(self) -> ASGIApp:
        """Return the application as a server runs it, which believes the proxies in front."""
        return self._forwarding.watched(behind_proxies(self, self._settings))

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass a request to the API or to the pages."""
        if scope["type"] == "lifespan":
            return self._live(receive, send)
        return self._edge(scope, receive, send)

    async def start(self) -> Runtime:
        """Open everything and return it."""
        runtime = await self._stack.enter_async_context(
            open_runtime(self._settings, self._settings.database_url, on_replaced=self._link.stop)
        )
        if self._prepare is not None:
            await self._prepare(runtime)
        jobs = (connections_job(self._settings), *self._more_jobs(runtime))
        background = await self._stack.enter_async_context(open_background(runtime, jobs))
        await record_settings(runtime)
        changes = change_reader(runtime)
        api = api_dependencies(runtime, background, changes, self._link, self._forwarding.warnings)
        runtime.engine.on_batch(api.metrics.observe_batch)
        self._programs = api_app(api)
        pages = web_dependencies(runtime, background, changes, api.metrics.count_page, self._link)
        self._people = web_app(pages)
        self._receipts = _receipts_apps(runtime, background)
        if runtime.traces is not None:
            self._traced = runtime.traces.requests(self._dispatch)
        self._end_streams = changes.close
        await self._stack.enter_async_context(
            told_to_others(
                self._link, lambda: own_metrics(api, worker_readings(runtime, background), Scrape())
            )
        )
        await self._stack.enter_async_context(open_operations(self._programs, self._settings))
        return runtime

    async def stop(self) -> None:
        """Finish the requests under way, and close everything."""
        await self._stack.aclose()

    def _serve(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return self._traced(scope, receive, send)

    def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        path: str = scope["path"]
        app = self._programs if path.startswith(_FOR_PROGRAMS) else self._people
        if path.startswith(_TOLD):
            taken = (each for begin, each in self._receipts.items() if path.startswith(begin))
            app = next(taken, app)
        assert app is not None, "the server serves before it has started"
        return app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except (
            StoreError,
            SecretFileError,
        ) as error:  # the message says what to do, and no traceback could
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        _settle()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def end_streams(self) -> None:
        """End the open event streams: no other response waits for something to happen."""
        self._end_streams()  # It is replaced once everything is open.


def _receipts_apps(runtime: Runtime, background: Background) -> Mapping[str, ASGIApp]:
    """Return what serves receipts, by how its paths begin: of the SMS provider, of browsers.

    Updates of the Telegram bot and notifications of payment providers come in beside them.
    """
    apps: dict[str, ASGIApp] = {}
    if background.payments.intake is not None:
        apps[PAYMENT_HOOKS] = PaymentHooksApp(background.payments.intake.desk)
    if background.telegram is not None and background.telegram.webhook is not None:
        apps[WEBHOOK_PATH] = background.telegram.webhook
    channels, desk = runtime.channels, background.receipts
    if desk is None:
        return apps
    if channels.sms is not None:
        sms, take = channels.sms, partial(desk.take, ChannelName.SMS)
        apps[RECEIPTS_PATH] = ReceiptsApp(
            sms.receipts, take, sms.receipts_response, check_path=sms.check_receipt_path
        )
    if channels.push is not None:
        take = partial(desk.take, ChannelName.PUSH)
        route = PUSH_RECEIPTS_PATH
        apps[route] = ReceiptsApp(
            channels.push.receipts, take, "", route=route, bytes_max=TOKEN_BYTES_MAX
        )
    return apps


def connections_job(settings: Settings) -> PeriodicJob:
    """Return the job that closes what clients leave unread, and what one address has too many."""
    proxies = [ipaddress.ip_network(each) for each in settings.proxies]

    @lru_cache(_ADDRESSES_CACHED)
    def is_proxy(address: str) -> bool:
        return bool(address) and any(ipaddress.ip_address(address) in each for each in proxies)

    connections = ClientConnections(settings.port, settings.connections_per_address, is_proxy)

    async def enforce() -> None:
        closed = await asyncio.to_thread(connections.enforce)
        if closed:
            _log.warning("too many connections of one address", closed=closed)

    return periodic_job("connections", enforce, ENFORCE_SECONDS)


def _settle() -> None:
    """Import the calendars, and exclude from garbage collection what stays for good: decision 9."""
    countries()  # It would hold up the first request that asks for a day off.
    gc.collect()
    gc.freeze()


def application(link: WorkerLink) -> ASGIApp:
    """Return the application of a worker, configured by its environment."""
    settings = load_settings(os.environ)
    open_log(settings.log_level, settings.log_format)
    app = Application(settings, link=link)
    link.on_stop(app.end_streams)
    return app.behind_proxies()


def behind_proxies(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Take the client's address from `X-Forwarded-For` when a trusted proxy sent the request.

    The last address counts that is no proxy of ours: any before it may have been forged by the
    client.
    """
    if not settings.proxies:
        return app
    from granian.utils.proxies import wrap_asgi_with_proxy_headers  # noqa: PLC0415  (takes 4 MB)

    return cast("ASGIApp", wrap_asgi_with_proxy_headers(app, list(settings.proxies)))
