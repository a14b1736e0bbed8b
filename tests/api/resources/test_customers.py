"""Buyers as support sees them."""

from hashlib import sha256
from uuid import uuid4

import pytest

from gotovo.order.values.number import home_of
from gotovo.store.tables.access.track_links import TrackLinkStore
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentPurpose,
    of_order,
)
from gotovo.store.tables.orders.claim_comments import ClaimComments
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.orders.ratings import Ratings
from tests.support.api.network import ALINA, NOW, Api
from tests.support.attachments.samples import photo


async def test_support_finds_a_buyer_by_id_and_by_phone(api: Api) -> None:
    order = await api.place()
    await api.place()

    by_id = await api.get(f"/customers/{order['customer']['id']}", "support")
    by_phone = await api.get("/customers/%2B79001234547", "support")

    assert by_id.json() == by_phone.json()
    assert (by_id.json()["phone"], by_id.json()["orders"]) == (ALINA, 2)


async def test_who_never_ordered_is_unknown(api: Api) -> None:
    for reference in ("0" * 32, "+79000000000", "nobody"):
        answer = await api.get(f"/customers/{reference}", "support")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_customer")


async def test_an_erased_buyer_has_orders_and_no_name(api: Api) -> None:
    order = await api.place()
    await api.step(order["number"], "cancellation")
    await api.step(order["number"], "contact-erasure")

    answer = await api.get(f"/customers/{order['customer']['id']}", "support")

    assert (answer.json()["orders"], answer.json()["phone"]) == (1, None)


OLD_PHOTO = (
    "insert into claim_photo (home, number, id, added_at, picture) values ($1, $2, $3, $4, $5)"
)
"""As the version before stored a picture of a claim."""


@pytest.mark.parametrize("is_listed", [False, True])
async def test_what_a_buyer_wrote_and_showed_goes_with_an_erased_order_and_with_no_other(
    api: Api, *, is_listed: bool
) -> None:
    """Rule 4.16: a program that erases leaves no more than the page does."""
    pool = api.network.pool
    pictures = api.network.dependencies.attachments
    help_, claims, ratings, links = (
        HelpThreads(pool),
        ClaimComments(pool),
        Ratings(pool),
        TrackLinkStore(pool),
    )
    numbers = [(await api.place())["number"] for _ in range(2)]
    for number in numbers:
        await api.step(number, "cancellation")
        await help_.ask(number, uuid4(), "Это Алина, где заказ?", NOW)
        await claims.put(number, "трещина", NOW)
        shown = await pictures.prepare(photo())
        assert isinstance(shown, AttachmentContent)
        await pictures.put(of_order(number), AttachmentPurpose.CLAIM, shown, "buyer:b")
        await pool.execute(OLD_PHOTO, home_of(number), number, uuid4(), NOW, b"picture")
        await ratings.rate(number, 5, "спасибо", at=NOW, open_since=NOW)
        await links.put(number, sha256(number.encode()).digest(), NOW)
    erased, kept = numbers

    if is_listed:
        command = {"id": "one", "step": "contact-erasure", "order": erased}
        await api.post("/commands", {"commands": [command]})
    else:
        await api.step(erased, "contact-erasure")

    async def left(number: str) -> tuple[object, ...]:
        return (
            len(await help_.thread(number)),
            await claims.of_order(number),
            len(await pictures.claims_of(number)),
            await ratings.of_order(number) is not None,
            await links.link(number) is not None,
        )

    assert await left(erased) == (0, "", 0, False, False)
    assert await left(kept) == (1, "трещина", 2, True, True)
