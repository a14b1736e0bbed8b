"""Whatever strangers send, the owner of a phone gets a code at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from gotovo.access.buyer.sign_in_limits import CodeCeilings
from gotovo.notices.channels.demo_phone import DemoPhoneChannel
from gotovo.notices.channels.port import Sent
from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore
from gotovo.web.application import web_app
from gotovo.web.site.dependencies import WebDependencies
from tests.support.access.authenticator import Authenticator
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, Cast
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of

SITE = "https://gotovo.test"
AT_ONCE = 50
HOME = "203.0.113.9"
CAFE = "203.0.114.77"


class Botnet:
    """Sends the form of the front page from any address, as fast as the pages answer."""

    def __init__(self, dependencies: WebDependencies) -> None:
        self._app = web_app(dependencies)
        self._address = ""

    async def asks(self, addresses: list[str], phone: str = ALINA) -> list[int]:
        """Ask for a code from each address; return the statuses of the answers."""
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self._from_header), base_url="http://gotovo.test"
        ) as client:
            front = await client.get("/")
            form = {**hidden_fields(front.text, "/sign-in-code"), "phone": phone}
            left, statuses = iter(addresses), list[int]()

            async def work() -> None:
                for address in left:
                    headers = {"x-test-address": address}
                    answer = await client.post("/sign-in-code", data=form, headers=headers)
                    statuses.append(answer.status_code)

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return statuses

    async def _from_header(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pretend that a request came from the address that its header names."""
        address = dict(scope["headers"]).get(b"x-test-address", b"127.0.0.1").decode()
        await self._app({**scope, "client": (address, 50_000)}, receive, send)


class FailingChannel(DemoPhoneChannel):
    """A channel whose provider refuses while it is `down`."""

    down = True

    @override
    async def send(self, message: PhoneMessage) -> Sent:
        if self.down:
            message_of_provider = "502 Bad Gateway"
            raise OSError(message_of_provider)
        return await super().send(message)


@pytest.fixture
async def owner(dependencies: WebDependencies) -> AsyncIterator[Buyer]:
    """Give Alina at home, with the browser in which she signed in a while ago."""
    async with browser_of(dependencies, address=HOME) as client:
        owner = Buyer(client)
        page = await owner.signs_in(ALINA)
        await owner.sends(page, "/sign-out")
        yield owner


@pytest.mark.parametrize("requests", [1_000, pytest.param(10_000, marks=pytest.mark.full)])
async def test_after_thousands_of_strange_requests_the_owner_signs_in_at_once(
    owner: Buyer, dependencies: WebDependencies, requests: int
) -> None:
    networks = [f"{10 + n // 256}.{n % 256}.7.7" for n in range(requests // 2)]
    one = ["198.51.100.7"] * (requests // 2)
    statuses = await Botnet(dependencies).asks(one + networks)
    assert len(statuses) == requests
    assert set(statuses) == {303, 429}
    assert statuses.count(303) <= 5, "more messages than the phone's own limit"
    began = time.perf_counter()
    page = await owner.signs_in(ALINA)
    assert page.url.path == "/orders"
    assert time.perf_counter() - began < 2


async def test_six_refused_requests_of_a_stranger_leave_a_new_browser_of_the_owner_its_code(
    dependencies: WebDependencies,
) -> None:
    statuses = await Botnet(dependencies).asks(["198.51.100.7"] * 60)
    assert statuses.count(303) == 4
    async with browser_of(dependencies, address=CAFE) as client:
        page = await Buyer(client).signs_in(ALINA)
        assert page.url.path == "/orders"


async def test_a_known_browser_does_not_wait_behind_a_neighbour_at_its_own_address(
    owner: Buyer, dependencies: WebDependencies
) -> None:
    botnet = Botnet(dependencies)
    for turn in range(100):
        await botnet.asks([HOME], f"+7900222{turn:04}")
    assert (await botnet.asks([HOME], BORIS)) == [429]
    page = await owner.signs_in(ALINA)
    assert page.url.path == "/orders"


async def test_an_orders_number_helps_the_owner_in_a_new_browser_and_a_wrong_one_nobody(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order, strange = await ready(cast), await ready(cast)
    await Botnet(dependencies).asks([f"198.{n}.7.7" for n in range(40)])
    async with browser_of(dependencies, address=CAFE) as client:
        owner = Buyer(client)
        front = await owner.opens("/")
        page = await owner.sends(front, "/sign-in-code", phone=ALINA)
        assert page.status_code == 429
        page = await owner.sends(front, "/sign-in-code", phone=BORIS, number=strange.number)
        assert page.status_code == 200
        page = await owner.sends(front, "/sign-in-code", phone=ALINA, number=order.number)
        assert page.status_code == 200
        page = await owner.sends(page, "/session", code=await owner.reads_code(ALINA))
        assert page.url.path == f"/orders/{order.number}"


async def test_the_browser_known_to_one_phone_has_no_allowance_for_another(
    owner: Buyer, dependencies: WebDependencies
) -> None:
    await Botnet(dependencies).asks([f"198.{n}.7.7" for n in range(40)], BORIS)
    page = await owner.sends(await owner.opens("/"), "/sign-in-code", phone=BORIS)
    assert page.status_code == 429


async def test_wrong_answers_of_strangers_leave_the_owners_code_as_it_was(
    dependencies: WebDependencies,
) -> None:
    async with browser_of(dependencies) as mine, browser_of(dependencies) as other:
        owner, stranger = Buyer(mine), Buyer(other)
        form = await owner.sends(await owner.opens("/"), "/sign-in-code", phone=ALINA)
        code = await owner.reads_code(ALINA)
        strange = await stranger.sends(await stranger.opens("/"), "/sign-in-code", phone=ALINA)
        answers = [await stranger.sends(strange, "/session", code="000000") for _ in range(150)]
        assert answers[-1].status_code == 429
        page = await owner.sends(form, "/session", code=code)
        assert page.url.path == "/orders"


async def test_passkeys_never_wait_for_the_limits_of_codes(
    dependencies: WebDependencies,
) -> None:
    secure = structs.replace(dependencies, public_url=SITE)
    key = Authenticator("gotovo.test", SITE)
    async with browser_of(secure, SITE) as client:
        owner = Buyer(client)
        page = await owner.signs_in(ALINA)
        page = await owner.opens("/devices")
        form = hidden_fields(page.text, "/passkeys")["form"]
        options = await client.post("/passkeys/options", data={"form": form})
        page = await owner.sends(page, "/passkeys", **structs.asdict(key.make(options.content)))
        await owner.sends(page, "/sign-out")
        front = await owner.opens("/")
        for _ in range(150):
            form = hidden_fields(front.text, "/passkey-session")["form"]
            options = await client.post("/passkey-session/options", data={"form": form})
            assert options.status_code == 200
            garbled = await owner.sends(front, "/passkey-session", id="AAAA")
            assert garbled.status_code == 422
        options = await client.post("/passkey-session/options", data={"form": form})
        proof = structs.asdict(key.sign(options.content))
        page = await owner.sends(front, "/passkey-session", **proof)
        assert page.url.path == "/orders"


async def test_a_code_that_could_not_be_sent_says_so_and_is_not_counted(
    dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    channel = FailingChannel(PhoneMessageStore(pool))
    failing = structs.replace(dependencies, channel=channel)
    for turn in range(8):
        async with browser_of(failing, address=f"198.51.{turn}.7") as client:
            buyer = Buyer(client)
            page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)
            assert page.status_code == 503
            assert "The code could not be sent" in text_of(page.text)
    channel.down = False
    async with browser_of(failing, address=CAFE) as client:
        assert (await Buyer(client).signs_in(ALINA)).url.path == "/orders"


async def test_a_country_that_is_not_served_is_said_at_the_field(
    dependencies: WebDependencies,
) -> None:
    closed = structs.replace(dependencies, code_ceilings=CodeCeilings(10, {7: 10}, 0))
    async with browser_of(closed) as client:
        buyer = Buyer(client)
        page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone="+998901234567")
        assert page.status_code == 422
        assert "do not send codes to phones of this country" in text_of(page.text)


async def test_the_installation_sends_no_more_codes_than_it_may(
    dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    small = structs.replace(dependencies, code_ceilings=CodeCeilings(40, {}, 40))
    botnet = Botnet(small)
    for turn in range(30):
        await botnet.asks([f"198.{turn}.7.7"], f"+7900333{turn:04}")
    assert await pool.fetchval("select count(*) from phone_message") == 10


async def test_what_the_browser_remembers_names_no_phone_and_is_hidden_from_scripts(
    dependencies: WebDependencies,
) -> None:
    secure = structs.replace(dependencies, public_url=SITE)
    async with browser_of(secure, SITE) as client:
        page = await Buyer(client).signs_in(ALINA)
        redirect = page.history[-1]
        (known,) = [
            each for each in redirect.headers.get_list("set-cookie") if "gotovo-known" in each
        ]
        assert known.startswith("__Host-gotovo-known=")
        assert "HttpOnly" in known
        assert "Secure" in known
        assert "9001234567" not in known
