"""Orders as programs place, read and find them."""

from .network import ALINA, PLACE, Api


async def test_a_placed_order_is_answered_whole_and_can_be_read_again(api: Api) -> None:
    placed = await api.post("/orders", PLACE | {"external_id": "SHOP-1"}, "storefront")

    assert placed.status_code == 201
    order = placed.json()
    assert order["status"] == "awaiting_payment"
    assert order["status_label"] == "Awaiting payment"
    assert order["schema_org_status"] == "OrderPaymentDue"
    assert order["stage"] == "placed"
    assert order["total"] == {"amount": 99_800, "currency": "RUB"}
    assert order["external_id"] == "SHOP-1"
    assert order["customer"]["phone"] == ALINA
    assert order["delivery"] == {"method": "pickup", "point": "KZN-1"}
    again = await api.get(f"/orders/{order['number']}")
    assert again.json() == order
