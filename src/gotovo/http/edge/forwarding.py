"""Notices a proxy in front that does not say for whom it asks.

Without `X-Forwarded-For` all visitors have the proxy's address, and share its limits. A request
that a program on the proxy's machine sends for itself has no such header either: only what comes
from outside by its own words counts, by its host, its referrer or another header of forwarding.
"""

import ipaddress
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

NOTICED_SECONDS: Final = 3_600.0
"""How long it is told after the last such request: until whoever mends it has looked again."""

_ADDRESSES_CACHED: Final = 4_096
_FORWARDED_FOR: Final = b"x-forwarded-for"
_OF_PROXIES: Final = frozenset({b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip", b"via"})
_FOR_MONITORS: Final = "/healthz"

_log = structlog.get_logger("gotovo")


class ForwardingWatch:
    """Remembers the last visitor's request that a trusted proxy sent without `X-Forwarded-For`."""

    def __init__(
        self,
        proxies: Sequence[str],
        public_url: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Watch requests of `proxies`, networks, to the site whose address is `public_url`."""
        networks = [ipaddress.ip_network(each) for each in proxies]
        self._host = urlsplit(public_url).netloc.encode()
        self._site = public_url.encode()
        self._monotonic = monotonic
        self._noticed_at: float | None = None
        self._proxy = ""

        @lru_cache(_ADDRESSES_CACHED)
        def is_proxy(address: str) -> bool:
            return any(ipaddress.ip_address(address) in each for each in networks)

        self._is_proxy = is_proxy

    def watched(self, app: ASGIApp) -> ASGIApp:
        """Return the application with each request looked at before anything else."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                self._look(scope)
            await app(scope, receive, send)

        return serve

    def warnings(self) -> tuple[str, ...]:
        """Return what is wrong with the proxy, while it lasts."""
        noticed = self._noticed_at
        if noticed is None or self._monotonic() - noticed > NOTICED_SECONDS:
            return ()
        told = (
            f"the proxy at {self._proxy} sends no X-Forwarded-For: all visitors have its address, "
            "and share its limits of requests and sign-in codes; see docs/operating/proxy.md"
        )
        return (told,)

    def _look(self, scope: Scope) -> None:
        client = scope.get("client")
        if not client or not client[0] or not self._is_proxy(client[0]):
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if headers.get(_FORWARDED_FOR) or scope["path"] == _FOR_MONITORS:
            return
        if not self._is_from_outside(headers):
            return
        is_new = not self.warnings()
        self._noticed_at, self._proxy = self._monotonic(), client[0]
        if is_new:
            _log.warning("proxy without X-Forwarded-For", proxy=client[0])

    def _is_from_outside(self, headers: dict[bytes, bytes]) -> bool:
        if not _OF_PROXIES.isdisjoint(headers):
            return True
        if not self._site:
            return False
        named = (headers.get(b"referer", b""), headers.get(b"origin", b""))
        return headers.get(b"host") == self._host or any(x.startswith(self._site) for x in named)
