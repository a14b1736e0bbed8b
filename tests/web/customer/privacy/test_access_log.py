"""Buyers read who looked at their orders: by role and place, never by name."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.access_log import AccessKind, AccessLogStore, LoggedAccess
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.network.shops import Shops
from gotovo.web.customer.privacy.access_log import ENTRIES_SHOWN
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, SECRET, Cast
from tests.support.web.network import POINTS
from tests.support.web.sample_orders.open_orders import ready

POINT = "KZN-1"


def access(
    subject: str,
    actor: str,
    place: str = "",
    what: AccessKind = "order",
    count: int = 1,
    at: datetime = NOW,
) -> LoggedAccess:
    """Return accesses of one day; the first was an hour before the last."""
    return LoggedAccess(subject, actor, place, what, count, at - timedelta(hours=1), at)


async def listed(buyer: Buyer) -> list[str]:
    """Return the lines of the list as they are read."""
    page = (await buyer.opens("/privacy")).text
    card = page[page.index('id="access-log"') :]
    lines = re.findall(r"<li>(.*?)</li>", card[: card.index("</div>")], re.DOTALL)
    return [" ".join(text_of(line).replace("\xa0", " ").split()) for line in lines]


async def test_the_list_names_role_and_place_and_never_the_key(
    buyer: Buyer, cast: Cast, pool: "asyncpg.Pool[Any]"
) -> None:
    order = await ready(cast)
    alina = customer_id(SECRET, ALINA)
    await AccessLogStore(pool).put(
        [
            access(order.number, "point:lena", POINT, count=3),
            access(alina, "support:sonya", what="customer", at=NOW - timedelta(minutes=1)),
            access(order.number, "courier:kolya", "gone-since", at=NOW - timedelta(minutes=2)),
            access(customer_id(SECRET, BORIS), "admin:boris", what="customer"),
        ]
    )
    await buyer.signs_in(ALINA)
    clerk, support, courier = await listed(buyer)
    assert clerk.startswith("A pick-up point ")
    assert f" {POINTS[POINT].title} " in clerk
    assert clerk.endswith("3 times that day")
    assert support.startswith("Support All orders")
    assert "that day" not in support
    assert courier.startswith("The courier service ")
    assert "·" not in courier.split(",", maxsplit=1)[0]
    page = (await buyer.opens("/privacy")).text
    assert not re.search("lena|sonya|kolya|gone-since|operator of this service", page)


async def test_the_list_ends_after_the_latest_entries(
    buyer: Buyer, cast: Cast, pool: "asyncpg.Pool[Any]"
) -> None:
    order = await ready(cast)
    entries = [
        access(order.number, f"warehouse:{each}", at=NOW - timedelta(minutes=each))
        for each in range(ENTRIES_SHOWN + 1)
    ]
    await AccessLogStore(pool).put([access(order.number, "admin:first"), *entries[1:]])
    await buyer.signs_in(ALINA)
    lines = await listed(buyer)
    assert len(lines) == ENTRIES_SHOWN
    assert lines[0].startswith("The operator of this service")


async def test_the_file_lists_all_accesses_without_the_key(
    buyer: Buyer, cast: Cast, pool: "asyncpg.Pool[Any]"
) -> None:
    order = await ready(cast)
    at = NOW - timedelta(hours=3)
    await AccessLogStore(pool).put(
        [
            access(order.number, "point:lena", POINT, count=3, at=at),
            access(customer_id(SECRET, ALINA), "support:sonya", what="customer", at=at),
        ]
    )
    await buyer.signs_in(ALINA)
    data = json.loads((await buyer.client.get("/privacy/data")).content)
    times = {
        "first_at": (at - timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
        "last_at": at.isoformat().replace("+00:00", "Z"),
    }
    (stored,) = data["orders"]
    assert stored["looks"] == [{"by": "point", "point": POINT, "at": "order", "times": 3, **times}]
    assert data["looks"] == [{"by": "support", "point": "", "at": "customer", "times": 1, **times}]


async def test_a_look_by_the_staff_of_a_shop_names_the_shop(
    buyer: Buyer, cast: Cast, pool: "asyncpg.Pool[Any]"
) -> None:
    """Rule 4.18: where there are several shops, the buyer knows whose staff looked."""
    order = await ready(cast)
    alina = customer_id(SECRET, ALINA)
    await Shops(pool).put("books", "Книги на Баумана", NOW)
    keys = ApiKeyStore(pool)
    wanted = KeyTerms("help", Role.SUPPORT, shop="books")
    key, _ = await create_key(keys, UUID(int=77), wanted, NOW)
    own, _ = await create_key(keys, UUID(int=78), KeyTerms("shop", Role.STOREFRONT), NOW)
    await AccessLogStore(pool).put(
        [
            access(order.number, f"support:{key.id}"),
            access(alina, f"support:{key.id}", what="customer", at=NOW - timedelta(minutes=1)),
            access(order.number, f"storefront:{own.id}", at=NOW - timedelta(minutes=2)),
        ]
    )
    await buyer.signs_in(ALINA)
    one, every, default = await listed(buyer)
    assert one.startswith("Support ")
    assert " Книги на Баумана " in one
    assert every.startswith("Support All orders Книги на Баумана ")
    assert default.startswith("The shop ")
    data = json.loads((await buyer.client.get("/privacy/data")).content)
    shops = [
        [look.get("shop") for look in looks]
        for looks in (data["looks"], data["orders"][0]["looks"])
    ]
    assert shops == [["Книги на Баумана"], [None, "Книги на Баумана"]]
