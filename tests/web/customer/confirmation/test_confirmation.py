"""What cannot be undone needs a person proved within ten minutes, by a code or a passkey."""

from datetime import timedelta

import httpx
import pytest
from msgspec import structs

from gotovo.web.site.dependencies import WebDependencies
from tests.support.access.authenticator import Authenticator
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, Cast, Clock
from tests.support.web.sample_orders.closed_orders import long_ago
from tests.support.web.stage import browser_of

SITE = "https://gotovo.test"
LATER = timedelta(minutes=11)


async def asks_again(buyer: Buyer, page: httpx.Response) -> httpx.Response:
    """Confirm with a code."""
    assert page.url.path == "/confirmation"
    page = await buyer.sends(page, "/confirmation-code", phone=ALINA)
    return await buyer.sends(page, "/confirmation", code=await buyer.reads_code(ALINA))


async def test_erasure_asks_again_after_ten_minutes_and_leads_back(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies
) -> None:
    order = await long_ago(cast, 1)
    await buyer.signs_in(ALINA)
    form = await buyer.opens("/privacy/erasure")
    clock.now += LATER
    page = await buyer.sends(form, "/privacy/erasure", sure="yes")
    assert page.url.path == "/confirmation"
    assert await dependencies.orders.contact(order.number) is not None
    page = await asks_again(buyer, await buyer.opens("/privacy/erasure"))
    assert page.url.path == "/privacy/erasure"
    page = await buyer.sends(page, "/privacy/erasure", sure="yes")
    assert page.url.path == "/privacy"
    assert await dependencies.orders.contact(order.number) is None


async def test_devices_are_signed_out_by_a_person_proved_lately_and_ones_own_always(
    buyer: Buyer, clock: Clock, dependencies: WebDependencies
) -> None:
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        await other.signs_in(ALINA)
        await buyer.signs_in(ALINA)
        clock.now += LATER
        page = await buyer.opens("/devices")
        page = await buyer.sends(page, "/devices/others/sign-out")
        assert page.url.path == "/confirmation"
        assert (await client.get("/orders")).status_code == 200
        page = await asks_again(buyer, page)
        assert page.url.path == "/devices"
        await buyer.sends(page, "/devices/others/sign-out")
        assert (await client.get("/orders")).status_code == 303
    clock.now += LATER
    page = await buyer.opens("/devices")
    own = page.text.partition('action="/devices/')[2].partition("/")[0]
    page = await buyer.sends(page, f"/devices/{own}/sign-out")
    assert page.url.path == "/"


async def test_another_phone_a_wrong_code_and_the_sign_in_code_prove_nothing(
    buyer: Buyer, clock: Clock
) -> None:
    front = await buyer.opens("/")
    await buyer.sends(front, "/sign-in-code", phone=ALINA)
    await buyer.signs_in(ALINA)
    used = await buyer.reads_code(ALINA)
    clock.now += LATER
    page = await buyer.opens("/confirmation?for=devices")
    page = await buyer.sends(page, "/confirmation-code", phone=BORIS)
    assert page.status_code == 422
    assert "not the number you are signed in with" in text_of(page.text)
    page = await buyer.sends(page, "/confirmation-code", phone=ALINA)
    right = await buyer.reads_code(ALINA)
    for wrong in {used, f"{(int(right) + 1) % 10**6:06d}"} - {right}:
        page = await buyer.sends(page, "/confirmation", code=wrong)
        assert page.status_code == 422
        assert "Wrong code" in text_of(page.text)
    page = await buyer.sends(await buyer.opens("/devices"), "/devices/all/sign-out")
    assert page.url.path == "/confirmation"


async def test_whoever_took_a_device_does_not_find_out_its_owners_number(
    buyer: Buyer,
) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/confirmation?for=devices")
    phones = (f"+7900123{turn:04}" for turn in range(6))
    answers = [await buyer.sends(page, "/confirmation-code", phone=phone) for phone in phones]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


async def test_a_code_for_a_confirmation_signs_in_no_browser(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/confirmation?for=devices")
    sent = text_of((await buyer.sends(page, "/confirmation-code", phone=ALINA)).text)
    assert "It works once, for 5 minutes." in sent
    assert "In the demo, the code appears on the page Phone." in sent
    code = await buyer.reads_code(ALINA)
    async with browser_of(dependencies) as client:
        thief = Buyer(client)
        form = await thief.sends(await thief.opens("/"), "/sign-in-code", phone=BORIS)
        assert (await thief.sends(form, "/session", code=code)).status_code == 422


async def test_a_passkey_confirms_and_somebody_elses_does_not(
    dependencies: WebDependencies, clock: Clock
) -> None:
    secure = structs.replace(dependencies, public_url=SITE)
    alinas, boriss = Authenticator("gotovo.test", SITE), Authenticator("gotovo.test", SITE)
    async with browser_of(secure, SITE) as mine, browser_of(secure, SITE) as other:
        owner, stranger = Buyer(mine), Buyer(other)
        await owner.signs_in(ALINA)
        await _makes(owner, alinas)
        await stranger.signs_in(BORIS)
        await _makes(stranger, boriss)
        clock.now += LATER
        page = await owner.opens("/devices")
        assert "Confirm that it is you to create a passkey" in text_of(page.text)
        page = await owner.opens("/confirmation?for=devices")
        page = await _confirms(owner, page, boriss)
        assert page.status_code == 422
        assert "belongs to somebody else" in text_of(page.text)
        page = await _confirms(owner, page, alinas)
        assert page.url.path == "/devices"
        assert "Create a passkey on this device" in text_of(page.text)


async def test_passkeys_are_neither_created_nor_removed_by_a_device_left_open(
    dependencies: WebDependencies, clock: Clock
) -> None:
    secure = structs.replace(dependencies, public_url=SITE)
    key = Authenticator("gotovo.test", SITE)
    async with browser_of(secure, SITE) as client:
        owner = Buyer(client)
        await owner.signs_in(ALINA)
        page = await _makes(owner, key)
        form = hidden_fields(page.text, "/passkeys")["form"]
        clock.now += LATER
        options = await client.post("/passkeys/options", data={"form": form})
        assert options.status_code == 303
        page = await owner.sends(page, f"/passkeys/{key.id.hex()}/removal")
        assert page.url.path == "/confirmation"
        assert "Remove the passkey" in text_of((await owner.opens("/devices")).text)


@pytest.mark.parametrize("path", ["/confirmation", "/confirmation?for=https://evil.example"])
async def test_a_confirmation_leads_nowhere_but_to_where_it_is_needed(
    buyer: Buyer, path: str
) -> None:
    await buyer.signs_in(ALINA)
    assert (await buyer.opens(path)).status_code == 400


async def _makes(buyer: Buyer, key: Authenticator) -> httpx.Response:
    page = await buyer.opens("/devices")
    form = hidden_fields(page.text, "/passkeys")["form"]
    options = await buyer.client.post("/passkeys/options", data={"form": form})
    return await buyer.sends(page, "/passkeys", **structs.asdict(key.make(options.content)))


async def _confirms(buyer: Buyer, page: httpx.Response, key: Authenticator) -> httpx.Response:
    form = hidden_fields(page.text, "/confirmation/passkey")["form"]
    options = await buyer.client.post("/confirmation/options", data={"form": form})
    proof = structs.asdict(key.sign(options.content))
    return await buyer.sends(page, "/confirmation/passkey", **proof)
