"""What other sites and other people try with somebody's browser comes to nothing."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from gotovo.order.values.order import Order
from gotovo.web.site import cookies
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import signed_in
from tests.support.web.cast import ALINA, BORIS, Cast
from tests.support.web.sample_orders.open_orders import ready, waiting_for_payment

SETTLED_MS = 10_000

POSTED = """<form method="post" action="{target}"><input name="once" value="1"></form>
<script>document.forms[0].submit()</script>"""

FETCHED = """<script type="module">
const form = new URLSearchParams({{ form: "guessed", once: "1" }});
const how = {{ method: "POST", credentials: "include", body: form }};
document.title = await fetch("{target}", how).then(() => "read", () => "kept");
</script>"""

SHOWN = """<img src="{target}" alt=""><script>onload = () => document.title = "shown"</script>"""

FRAMED = """<iframe src="{target}"></iframe>
<script>onload = () => document.title = "framed"</script>"""


@asynccontextmanager
async def evil_site(host: str, html: str) -> AsyncGenerator[str]:
    """Serve one page under another origin of this machine and give its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = html.encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\n"
        writer.write(head.encode() + b"connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}"


async def person(chromium: Browser, site: str, phone: str) -> BrowserContext:
    """Return the browser of somebody who is signed in."""
    context = await chromium.new_context(locale="en-GB")
    page = await context.new_page()
    await page.goto(site)
    await signed_in(page, phone)
    await page.close()
    return context


async def lured(context: BrowserContext, host: str, html: str) -> Page:
    """Open a page of another site in the same browser; it says in its title when it is done."""
    page = await context.new_page()
    async with evil_site(host, html) as address:
        await page.goto(address)
        await page.wait_for_function("document.title !== ''", timeout=SETTLED_MS)
    return page


async def as_it_was(dependencies: WebDependencies, order: Order) -> bool:
    """Tell whether nothing has happened to an order."""
    return len(await dependencies.orders.history(order.number)) == order.version


OTHER_SITE = "localhost"
"""To a browser this is another site than 127.0.0.1, so our cookies do not go along."""

OTHER_PORT = "127.0.0.1"
"""The same site on another port: cookies go along, and only our own check of the origin helps."""


@pytest.mark.parametrize("host", [OTHER_SITE, OTHER_PORT])
async def test_a_form_of_another_site_does_nothing(
    chromium: Browser, site: str, cast: Cast, dependencies: WebDependencies, host: str
) -> None:
    order = await waiting_for_payment(cast)
    context = await person(chromium, site, ALINA)
    for act in ("payment", "cancellation", "redirection", "help"):
        target = f"{site}/orders/{order.number}/{act}"
        page = await lured(context, host, POSTED.format(target=target))
        assert urlsplit(page.url).netloc == urlsplit(site).netloc, "the form did arrive"
        assert "This form has expired" in await page.locator("h1").inner_text()
    assert await as_it_was(dependencies, order)
    assert await dependencies.help.thread(order.number) == []


@pytest.mark.parametrize("host", [OTHER_SITE, OTHER_PORT])
async def test_scripts_of_another_site_neither_act_nor_read(
    chromium: Browser, site: str, cast: Cast, dependencies: WebDependencies, host: str
) -> None:
    order = await waiting_for_payment(cast)
    context = await person(chromium, site, ALINA)
    target = f"{site}/orders/{order.number}/cancellation"
    page = await lured(context, host, FETCHED.format(target=target))
    assert await page.title() == "kept"
    assert await as_it_was(dependencies, order)


async def test_no_picture_and_no_frame_of_ours_stands_on_another_site(
    chromium: Browser, site: str, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    context = await person(chromium, site, ALINA)
    address = f"{site}/orders/{order.number}"
    for act in ("", "/cancellation", "/storage-extension", "/trusted-person", "/qr.svg"):
        page = await lured(context, OTHER_PORT, SHOWN.format(target=address + act))
        assert await page.locator("img").evaluate("(it) => it.naturalWidth") == 0
    assert await as_it_was(dependencies, order)
    page = await lured(context, OTHER_PORT, FRAMED.format(target=address))
    framed = page.frames[1]
    assert framed.url.startswith("chrome-error:")


async def test_a_session_that_somebody_else_planted_is_worthless_after_signing_in(
    chromium: Browser, site: str
) -> None:
    attacker = await person(chromium, site, BORIS)
    name = cookies.name_of(cookies.SESSION, secure=False)
    planted = {each.get("name"): each.get("value") for each in await attacker.cookies()}[name]
    assert planted is not None
    victim = await chromium.new_context(locale="en-GB")
    await victim.add_cookies([{"name": name, "value": planted, "url": site}])
    page = await victim.new_page()
    await page.goto(f"{site}/orders")
    await page.locator("footer form[action='/sign-out'] button").click()
    await page.locator("input[name=phone]").wait_for()
    await signed_in(page, ALINA)
    now = {each.get("name"): each.get("value") for each in await victim.cookies()}[name]
    assert now != planted
    stranger = await attacker.new_page()
    await stranger.goto(f"{site}/orders")
    assert stranger.url == f"{site}/", "what was planted ended with the sign-out"
    made_up = await chromium.new_context(locale="en-GB")
    await made_up.add_cookies([{"name": name, "value": "0.made-up-before", "url": site}])
    page = await made_up.new_page()
    await page.goto(site)
    await signed_in(page, ALINA)
    other = {each.get("name"): each.get("value") for each in await made_up.cookies()}[name]
    assert other not in {"0.made-up-before", now}
