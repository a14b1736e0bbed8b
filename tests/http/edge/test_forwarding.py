"""A proxy that hides its visitors is noticed by what it forwards, and by nothing else."""

import pytest
from starlette.types import Receive, Scope, Send

from gotovo.http.edge.forwarding import NOTICED_SECONDS, ForwardingWatch

SITE = "https://orders.example.ru"
PROXY = "10.1.0.7"
NAMED = {"host": "orders.example.ru"}


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer nothing."""


async def warned(
    watch: ForwardingWatch, headers: dict[str, str], client: str = PROXY, path: str = "/"
) -> bool:
    """Let a request pass; return whether there is a warning afterwards."""
    scope = {
        "type": "http",
        "path": path,
        "client": (client, 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def unused(*_: object) -> None:
        """Receive or send nothing."""

    await watch.watched(nothing)(scope, unused, unused)  # type: ignore[arg-type]
    return watch.warnings() != ()


@pytest.mark.parametrize(
    ("headers", "is_noticed"),
    [
        (NAMED, True),
        ({"host": "gotovo", "referer": f"{SITE}/orders"}, True),
        ({"host": "gotovo", "origin": SITE}, True),
        ({"host": "127.0.0.1:8000", "x-forwarded-proto": "https"}, True),
        ({"host": "127.0.0.1:8000", "x-real-ip": "203.0.113.7"}, True),
        (NAMED | {"x-forwarded-for": ""}, True),
        (NAMED | {"x-forwarded-for": "203.0.113.7"}, False),
        ({"host": "127.0.0.1:8000"}, False),
        ({"host": "127.0.0.1:8000", "referer": "https://elsewhere.example"}, False),
    ],
)
async def test_a_visitor_whom_a_proxy_forwards_without_an_address_is_noticed(
    headers: dict[str, str], *, is_noticed: bool
) -> None:
    assert await warned(ForwardingWatch(["10.1.0.0/16"], SITE), headers) is is_noticed


async def test_neither_a_stranger_nor_the_check_of_a_load_balancer_is_a_proxy_that_hides() -> None:
    watch = ForwardingWatch(["10.1.0.0/16"], SITE)
    assert not await warned(watch, NAMED, client="203.0.113.7")
    assert not await warned(watch, NAMED, client="")
    assert not await warned(watch, NAMED, path="/healthz")
    assert not await warned(ForwardingWatch([], SITE), NAMED)
    assert not await warned(ForwardingWatch(["10.1.0.0/16"], ""), NAMED)


async def test_it_is_told_with_the_proxys_address_until_it_has_been_mended_for_an_hour() -> None:
    now = 0.0
    watch = ForwardingWatch(["10.1.0.0/16"], SITE, lambda: now)
    assert await warned(watch, NAMED)
    assert PROXY in watch.warnings()[0]
    now = NOTICED_SECONDS
    assert watch.warnings()
    now += 1
    assert watch.warnings() == ()
