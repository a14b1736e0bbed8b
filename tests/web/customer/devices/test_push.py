"""A browser that asks to be told is kept for as long as somebody is signed in with it."""

import hashlib
from base64 import urlsafe_b64encode

import httpx
import pytest
from msgspec import structs

from gotovo.notices.channels.push.vapid import vapid_key, vapid_public
from gotovo.order.values.customer import customer_id
from gotovo.web.site.dependencies import WebDependencies
from tests.support.store.retention import remove_due
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, SECRET
from tests.support.web.stage import browser_of

ENDPOINT = "https://push.example.org/send/abc"
KEYS = {
    "p256dh": urlsafe_b64encode(vapid_public(b"some browser's")).decode().rstrip("="),
    "auth": urlsafe_b64encode(bytes(16)).decode().rstrip("="),
}


async def subscribes(buyer: Buyer, **changed: str) -> httpx.Response:
    """Send what the script sends."""
    page = await buyer.opens("/devices")
    form = {"form": hidden_fields(page.text, "/sign-out")["form"], "endpoint": ENDPOINT, **KEYS}
    return await buyer.client.post("/push-subscription", data={**form, **changed})


async def told(dependencies: WebDependencies, phone: str) -> list[str]:
    """Return where a customer is told."""
    living = await dependencies.push.living(customer_id(SECRET, phone), NOW)
    return [each.endpoint for each in living]


async def test_a_browser_is_kept_until_it_is_let_go(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    assert "Notifications on this device" in text_of((await buyer.opens("/devices")).text)
    assert (await subscribes(buyer)).status_code == 303
    assert (await subscribes(buyer)).status_code == 303
    assert await told(dependencies, ALINA) == [ENDPOINT]
    form = hidden_fields((await buyer.opens("/devices")).text, "/sign-out")
    await buyer.client.post("/push-subscription-end", data={**form, "endpoint": ENDPOINT})
    assert await told(dependencies, ALINA) == []


async def test_whoever_signs_out_is_told_nothing(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    await subscribes(buyer)
    await buyer.sends(await buyer.opens("/orders"), "/sign-out")
    assert await told(dependencies, ALINA) == []


async def test_what_is_signed_out_is_swept_and_the_rest_stays(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    await subscribes(buyer)
    await remove_due(dependencies.push._pool, "push-subscriptions", dependencies.clock())
    assert await told(dependencies, ALINA) == [ENDPOINT]
    await buyer.sends(await buyer.opens("/orders"), "/sign-out")
    await remove_due(dependencies.push._pool, "push-subscriptions", dependencies.clock())
    assert await dependencies.push._pool.fetchval("select count(*) from push_subscription") == 0


async def test_a_browser_that_changes_hands_is_told_nothing_of_the_customer_before(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    await subscribes(buyer)
    buyer.client.cookies.clear()
    await buyer.signs_in(BORIS)
    await subscribes(buyer)
    assert await told(dependencies, ALINA) == []
    assert await told(dependencies, BORIS) == [ENDPOINT]


@pytest.mark.parametrize(
    "changed",
    [
        {"endpoint": "http://push.example.org/x"},
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": "https://[::1]/x"},
        {"endpoint": "https://localhost/x"},
        {"endpoint": "https://push.example.org:8443/x"},
        {"endpoint": "https://user@push.example.org/x"},
        {"endpoint": "https://database.internal/x"},
        {"endpoint": "https://127.0.0.0x1/x"},
        {"endpoint": "https://push.example.org/a\tb"},
        {"endpoint": "https://push.example.org/a b"},
        {"endpoint": "https://127.0.0.1./x"},
        {"endpoint": "https://a.localhost/x"},
        {"endpoint": "https://a.localhost./x"},
        {"endpoint": ""},
        {"endpoint": f"https://push.example.org/{'a' * 2_000}"},
        {"p256dh": "AAAA"},
        {"p256dh": "é"},
        {"auth": "AAAA"},
    ],
)
async def test_what_no_browser_sends_is_refused(
    buyer: Buyer, dependencies: WebDependencies, changed: dict[str, str]
) -> None:
    await buyer.signs_in(ALINA)
    assert (await subscribes(buyer, **changed)).status_code == 400
    assert await told(dependencies, ALINA) == []


async def test_the_key_is_a_point_that_the_secret_alone_gives(buyer: Buyer) -> None:
    key = (await buyer.client.get("/push-key")).content
    assert len(key) == 65
    assert key == vapid_public(SECRET)
    vapid_key.cache_clear()
    assert key == vapid_public(SECRET)
    assert key != vapid_public(b"another secret of the same length")


async def test_where_nothing_is_sent_nothing_is_offered_or_stored(
    dependencies: WebDependencies,
) -> None:
    async with browser_of(structs.replace(dependencies, is_push_open=False)) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        assert "Notifications on this device" not in text_of((await buyer.opens("/devices")).text)
        assert (await client.get("/push-key")).status_code == 404
        assert (await subscribes(buyer)).status_code == 404
    assert await told(dependencies, ALINA) == []


async def test_the_page_tells_the_script_which_browsers_are_known_and_not_where_they_are(
    buyer: Buyer,
) -> None:
    await buyer.signs_in(ALINA)
    assert 'data-push-known=""' in (await buyer.opens("/devices")).text
    await subscribes(buyer)
    page = (await buyer.opens("/devices")).text
    known = hashlib.sha256(ENDPOINT.encode()).hexdigest()[:32]
    assert f'data-push-known="{known}"' in page
    assert ENDPOINT not in page


async def test_a_subscription_that_the_maker_changed_is_renewed_by_whoever_knows_the_older_one(
    buyer: Buyer, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    await subscribes(buyer)
    newer = f"{ENDPOINT}-newer"
    form = {"older": ENDPOINT, "endpoint": newer, **KEYS}
    buyer.client.cookies.clear()  # A worker needs no session, and no form.
    assert (await buyer.client.post("/push-renewal", data=form)).status_code == 204
    assert await told(dependencies, ALINA) == [newer]
    assert (await buyer.client.post("/push-renewal", data=form)).status_code == 404
    assert await told(dependencies, ALINA) == [newer]


@pytest.mark.parametrize(
    "changed",
    [{"older": "https://push.example.org/guessed"}, {"older": ""}, {"endpoint": "https://[::1]/x"}],
)
async def test_a_renewal_that_is_not_that_browsers_changes_nothing(
    buyer: Buyer, dependencies: WebDependencies, changed: dict[str, str]
) -> None:
    await buyer.signs_in(ALINA)
    await subscribes(buyer)
    form = {"older": ENDPOINT, "endpoint": f"{ENDPOINT}-newer", **KEYS} | changed
    assert (await buyer.client.post("/push-renewal", data=form)).status_code in {400, 404}
    assert await told(dependencies, ALINA) == [ENDPOINT]
