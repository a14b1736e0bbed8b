"""Orders on the shelf of a point, made through the API as everybody's are."""

from typing import Any, Final

from gotovo.order.values.order import Order
from tests.support.api.network import Api, captured

BORIS: Final = {"phone": "+79007654321", "name": "Борис Петров"}
TWIN: Final = {"phone": "+79990004547", "name": "Нина Орлова"}
"""A stranger whose phone ends like that of the buyer of the network."""

TWO_BOXES: Final = [{"contents": [{"line": 1, "quantity": 1}]}] * 2


async def ready(
    api: Api, boxes: Any = None, cell: str = "54-35", by: str = "storefront", **changes: Any
) -> str:
    """Return the number of an order on its shelf at KZN-1, paid unless it is paid there."""
    number = (await api.place(by=by, **changes))["number"]
    if changes.get("payment") != "at_point":
        amount = changes["lines"][0]["price"] if "lines" in changes else None
        paid = captured(number) if amount is None else captured(number, amount)
        await api.step(number, "payment", **paid)
    await api.step(number, "picking")
    await api.step(number, "packing", **({"boxes": boxes} if boxes else {}))
    await api.step(number, "dispatch")
    await api.step(number, "arrival")
    await api.step(number, "shelving", cell=cell)
    return number


async def order_of(api: Api, number: str) -> Order:
    """Return an order as it is stored."""
    found = await api.network.dependencies.reads.order(number)
    assert found is not None, number
    return found.order


def wrong_code(api: Api, number: str) -> str:
    """Return six digits that are not the code of an order."""
    return "000000" if api.code(number) != "000000" else "000001"
