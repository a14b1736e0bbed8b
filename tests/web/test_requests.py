"""Requests that no page of ours would send are answered too, in words and with their status."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gotovo.http import forms
from gotovo.http.caps import FORM_BYTES_MAX
from gotovo.web.application import web_app
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import ready

FORM = "application/x-www-form-urlencoded"


async def test_the_head_of_a_page_is_that_of_the_page_without_its_body(buyer: Buyer) -> None:
    head = await buyer.client.head("/")
    page = await buyer.client.get("/")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == page.headers["content-length"]
    assert int(page.headers["content-length"]) == page.num_bytes_downloaded < len(page.content)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/", "GET"),
        ("GET", "/session", "POST"),
        ("DELETE", "/sign-in-code", "GET, POST"),
        ("POST", "/orders/194566112558", "GET"),
    ],
)
async def test_what_cannot_be_sent_to_a_page_is_refused_with_what_can(
    buyer: Buyer, method: str, path: str, allow: str
) -> None:
    answer = await buyer.client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allow
    assert "<h1>" in answer.text


async def test_cookies_count_in_however_many_headers_they_come(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    said = [f"{name}={value}".encode() for name, value in buyer.client.cookies.items()]
    headers = [(b"cookie", each) for each in (*said, b"gotovo-language=en")]
    start, _ = await asked(dependencies, "/orders", headers=headers)
    assert start["status"] == 200


async def test_a_dot_in_an_address_is_a_dot(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    assert (await buyer.opens(f"/orders/{order.number}/qr.svg")).status_code == 200
    assert (await buyer.opens(f"/orders/{order.number}/qrXsvg")).status_code == 404


@pytest.mark.parametrize("cursor", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "x"])
async def test_a_cursor_that_is_none_of_ours_is_refused(buyer: Buyer, cursor: str) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.client.get("/orders", params={"after": f"{cursor}~194566112558"})
    assert page.status_code == 400


async def test_a_slash_at_the_end_of_an_address_is_nothing(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    assert "My orders" in text_of((await buyer.opens("/orders/")).text)


async def test_a_form_that_is_too_large_ends_the_connection_that_carries_it(buyer: Buyer) -> None:
    answer = await buyer.client.post(
        "/sign-in-code",
        content=b"phone=" + b"1" * FORM_BYTES_MAX,
        headers={"content-type": FORM},
    )
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


async def test_a_form_that_does_not_arrive_is_not_waited_for_for_ever(
    dependencies: WebDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "BODY_SECONDS_MAX", 0.05)

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    start, body = await asked(dependencies, "/sign-in-code", "POST", never)
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    assert b"<h1>" in body


async def asked(
    dependencies: WebDependencies,
    path: str,
    method: str = "GET",
    receive: Any = None,
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> tuple[dict[str, Any], bytes]:
    """Ask for a path as it stands, which a client would mend; return how the answer begins."""
    told: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"gotovo.test"), (b"content-type", FORM.encode()), *headers],
    }
    await web_app(dependencies)(scope, receive, send)
    return told[0], told[1]["body"]
