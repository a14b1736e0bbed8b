"""Passkeys on the pages: made by whoever is signed in, offered where browsers know them."""

from collections.abc import AsyncIterator

import httpx
import pytest
from msgspec import structs

from gotovo.order.values.customer import customer_id
from gotovo.web.site.dependencies import WebDependencies
from tests.support.access.authenticator import Authenticator
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, SECRET, Cast
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of

SITE = "https://gotovo.test"


@pytest.fixture
def secure(dependencies: WebDependencies) -> WebDependencies:
    """Give the dependencies of a site that is reached over https."""
    return structs.replace(dependencies, public_url=SITE)


@pytest.fixture
async def owner(secure: WebDependencies) -> AsyncIterator[Buyer]:
    """Give a browser on that site."""
    async with browser_of(secure, SITE) as client:
        yield Buyer(client)


@pytest.fixture
def key() -> Authenticator:
    """Give a device that makes passkeys for that site."""
    return Authenticator("gotovo.test", SITE)


async def asked(buyer: Buyer, page: httpx.Response, action: str, path: str) -> bytes:
    """Return the options that the script asks for with the token of a form."""
    fields = hidden_fields(page.text, action)
    answer = await buyer.client.post(path, data={"form": fields["form"]})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    return answer.content


async def makes(buyer: Buyer, key: Authenticator) -> httpx.Response:
    """Make a passkey on the page of devices, as the script does."""
    page = await buyer.opens("/devices")
    options = await asked(buyer, page, "/passkeys", "/passkeys/options")
    return await buyer.sends(page, "/passkeys", **structs.asdict(key.make(options)))


async def signs_in(buyer: Buyer, key: Authenticator, path: str = "/") -> httpx.Response:
    """Sign in on the front page, as the script does."""
    page = await buyer.opens(path)
    options = await asked(buyer, page, "/passkey-session", "/passkey-session/options")
    return await buyer.sends(page, "/passkey-session", **structs.asdict(key.sign(options)))


async def test_a_passkey_made_here_signs_in_with_a_new_session(
    owner: Buyer, key: Authenticator
) -> None:
    await owner.signs_in(ALINA)
    page = await makes(owner, key)
    assert "Remove the passkey" in text_of(page.text)
    before = owner.client.cookies["__Host-gotovo-session"]
    await owner.sends(page, "/sign-out")
    page = await signs_in(owner, key)
    assert page.url.path == "/orders"
    assert "Signed in as +7 9** ***-**-67" in text_of(page.text)
    assert owner.client.cookies["__Host-gotovo-session"] != before


async def test_whoever_came_for_one_order_is_led_to_it(
    owner: Buyer, cast: Cast, key: Authenticator
) -> None:
    order = await ready(cast)
    await owner.signs_in(ALINA)
    await owner.sends(await makes(owner, key), "/sign-out")
    page = await signs_in(owner, key, f"/?number={order.number}")
    assert page.url.path == f"/orders/{order.number}"


async def test_a_buyer_who_is_forgotten_has_no_passkey_left(
    owner: Buyer, secure: WebDependencies, key: Authenticator
) -> None:
    await owner.signs_in(ALINA)
    await makes(owner, key)
    await secure.personal_data.forget(customer_id(SECRET, ALINA))
    page = await signs_in(owner, key)
    assert page.status_code == 422


async def test_a_removed_passkey_is_refused_in_words(owner: Buyer, key: Authenticator) -> None:
    await owner.signs_in(ALINA)
    page = await makes(owner, key)
    page = await owner.sends(page, f"/passkeys/{key.id.hex()}/removal")
    assert "Remove the passkey" not in text_of(page.text)
    await owner.sends(page, "/sign-out")
    page = await signs_in(owner, key)
    assert page.status_code == 422
    assert "This passkey no longer works here" in text_of(page.text)


async def test_nobody_removes_the_passkey_of_somebody_else(
    owner: Buyer, secure: WebDependencies, key: Authenticator
) -> None:
    await owner.signs_in(ALINA)
    await makes(owner, key)
    async with browser_of(secure, SITE) as client:
        thief = Buyer(client)
        await thief.signs_in(BORIS)
        fields = hidden_fields((await thief.opens("/devices")).text, "/passkeys")
        path = f"/passkeys/{key.id.hex()}/removal"
        await client.post(path, data={"form": fields["form"]})
    assert "Remove the passkey" in text_of((await owner.opens("/devices")).text)


async def test_the_form_of_a_passkey_waits_hidden_for_its_script(owner: Buyer) -> None:
    front = await owner.opens("/")
    assert 'data-options="/passkey-session/options"\n  hidden' in front.text


async def test_without_https_passkeys_are_neither_offered_nor_answered(buyer: Buyer) -> None:
    assert "/passkey-session" not in (await buyer.opens("/")).text
    await buyer.signs_in(ALINA)
    assert "/passkeys" not in (await buyer.opens("/devices")).text
    for path in ("/passkeys", "/passkeys/options", "/passkeys/00/removal", "/passkey-session"):
        assert (await buyer.client.post(path, data={})).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://e.example"},
    ],
)
async def test_another_site_gets_nothing(owner: Buyer, header: dict[str, str]) -> None:
    fields = hidden_fields((await owner.opens("/")).text, "/passkey-session")
    for path in ("/passkey-session/options", "/passkey-session", "/passkeys/options", "/passkeys"):
        answer = await owner.client.post(path, data=fields, headers=header)
        assert answer.status_code == 403, path


async def test_only_somebody_who_is_signed_in_makes_or_removes_one(owner: Buyer) -> None:
    fields = hidden_fields((await owner.opens("/")).text, "/passkey-session")
    for path in ("/passkeys/options", "/passkeys", "/passkeys/00/removal"):
        answer = await owner.client.post(path, data={"form": fields["form"]})
        assert answer.status_code == 403, path


async def test_a_passkey_that_is_not_sound_is_not_kept(owner: Buyer) -> None:
    await owner.signs_in(ALINA)
    page = await makes(owner, Authenticator("elsewhere.test", "https://elsewhere.test"))
    assert "The passkey could not be saved" in text_of(page.text)
    assert "Remove the passkey" not in text_of(page.text)
