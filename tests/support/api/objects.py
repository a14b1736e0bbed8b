"""Objects that requests can be about: orders at points and on rounds, vans, cases, webhooks."""

from typing import Any, Final

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.actor import DEFAULT_SHOP_NAME
from tests.support.api.network import ALINA, Api, captured

HOOK: Final = "https://shop.example/hooks"
NAME: Final = "Алина"


async def van(api: Api, point: str) -> dict[str, str]:
    """Return a new manifest to a point, and an open acceptance there."""
    made = await api.post("/manifests", {"warehouse": "KZN", "point": point})
    opened = await api.post(f"/points/{point}/acceptances", {})
    assert (made.status_code, opened.status_code) == (201, 201), made.text + opened.text
    return {"manifest": made.json()["code"], "acceptance": opened.json()["id"]}


async def new_case(api: Api, number: str, shop: str) -> str:
    """Return the id of a new case of an order."""
    now = api.network.clock()
    case = NewCase(kind=CaseKind.DISPUTE, subject=number, opened_at=now, number=number, shop=shop)
    assert await api.network.dependencies.cases.open(case)
    return str(case.id)


async def new_webhook(api: Api, shop: str) -> str:
    """Return the id of a new webhook of a shop."""
    answer = await api.post("/webhooks", {"url": HOOK, "shop": shop or DEFAULT_SHOP_NAME})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def on_round(api: Api, number: str, courier: str) -> None:
    """Let a courier carry an order to its buyer."""
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step)
    await api.step(number, "dispatch", courier=courier)


async def issued(api: Api, point: str) -> str:
    """Return the number of an order that was handed over at a point."""
    delivery = {"method": "pickup", "point": point}
    number = (await api.place(delivery=delivery, customer={"phone": ALINA, "name": NAME}))["number"]
    steps: list[tuple[str, dict[str, Any]]] = [
        ("payment", captured(number)),
        *((step, {}) for step in ("picking", "packing", "dispatch", "arrival", "shelving")),
        ("handover", {"code": api.code(number, place=point)}),
    ]
    commands = [{"id": f"{number}-{s}", "order": number, "step": s} | body for s, body in steps]
    answer = await api.post("/commands", {"commands": commands})
    assert {x["outcome"] for x in answer.json()["outcomes"]} == {"done"}, answer.text
    return number
