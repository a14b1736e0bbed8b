"""Orders are cache as bytes for who asks next, and nobody sees what another may see."""

from itertools import product

import msgspec
import pytest
from msgspec import structs

from gotovo.access.permissions import READERS
from gotovo.api.cache import order_cache
from gotovo.api.cache.order_cache import OrderCache, visibility
from gotovo.api.schemas.order_view import order_view
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from tests.support.api.network import Api, captured
from tests.support.order import stories

CONTACT = Contact(phone="+79991234547", name="Алина", email="a@example.org", locale="ru")


async def orders_of(api: Api, count: int) -> list[Order]:
    """Place orders and return them as the engine has them."""
    numbers = [(await api.place())["number"] for _ in range(count)]
    reads = api.network.dependencies.reads
    found = [await reads.order(number) for number in numbers]
    return [each.order for each in found if each is not None]


async def test_a_role_is_told_what_it_may_see_whoever_asked_before(api: Api) -> None:
    number = (await api.ready())["number"]
    seen = {}
    for by in ("admin", "point", "warehouse", "admin", "point"):
        answer = (await api.get(f"/orders/{number}", by)).json()
        phone = answer["customer"]["phone"]
        assert phone == seen.setdefault(by, phone)
    assert seen["admin"].startswith("+7")
    assert "*" not in seen["admin"]
    assert "*" in seen["point"]
    assert seen["warehouse"] is None, "it has handed the order on"


def test_bytes_are_shared_only_by_roles_to_whom_an_order_looks_the_same() -> None:
    """Rule 4.16: a new field that some roles see needs its place in what the cache depends on."""
    carried = structs.replace(stories.out_for_delivery().order, courier="kolya")
    contact = structs.replace(CONTACT, address="Казань, Лесная, 7")
    for order in (carried, stories.issued().order):
        seen: dict[object, set[bytes]] = {}
        for role, is_nameless in product(READERS, (False, True)):
            view = order_view(order, contact, role, "ru", is_nameless=is_nameless)
            key = visibility(role, "ru", is_nameless=is_nameless)
            seen.setdefault(key, set()).add(msgspec.json.encode(view))
        assert [key for key, bodies in seen.items() if len(bodies) > 1] == []


async def test_a_list_and_an_order_tell_the_same_in_each_language(api: Api) -> None:
    placed = await api.place()
    for language in ("ru", "en", "ru"):
        one = await api.get(f"/orders/{placed['number']}", Accept_Language=language)
        page = await api.get("/orders", Accept_Language=language)
        assert page.json()["items"] == [one.json()]


async def test_a_step_is_seen_by_the_next_look(api: Api) -> None:
    number = (await api.place())["number"]
    before = (await api.get(f"/orders/{number}")).json()
    await api.post(f"/orders/{number}/payment", captured(number))
    after = (await api.get(f"/orders/{number}")).json()
    assert (before["status"], after["status"]) == ("awaiting_payment", "processing")


async def test_what_is_cache_is_bounded_by_its_bytes(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = await orders_of(api, 3)
    cache = OrderCache()
    size = order_cache._size(cache.put(orders[0], CONTACT, Role.ADMIN, "ru"))
    monkeypatch.setattr(order_cache, "CACHE_BYTES_MAX", int(size * 2.5))
    for _ in range(3):
        for order in orders:
            serialized = cache.put(order, CONTACT, Role.ADMIN, "ru")
            assert msgspec.json.decode(serialized)["number"] == order.number
            assert cache.bytes <= order_cache.CACHE_BYTES_MAX
