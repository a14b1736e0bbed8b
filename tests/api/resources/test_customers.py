"""Buyers as support sees them."""

from tests.support.api.network import ALINA, Api


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
