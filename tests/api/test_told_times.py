"""What a key tells about time gives nobody a right: what the attackers did, through HTTP."""

from datetime import timedelta

import httpx

from gotovo.engine.background.timers import Timers
from gotovo.order.facts import OrderTerms
from gotovo.order.values.pickup_codes import qr_text
from gotovo.store.journal.journal import PostgresJournal
from tests.support.api.network import NOW, PLACE, SECRET, Api, captured

MONTH = timedelta(days=29)


def told(ago: timedelta) -> str:
    """Return an instant before now, as a request tells it."""
    return (NOW - ago).isoformat()


async def arrived(api: Api) -> str:
    """Return the number of an order that waits to be shelved."""
    number = (await api.place(by="storefront"))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing", "dispatch", "arrival"):
        await api.step(number, step)
    return number


async def test_a_photographed_qr_is_refused_with_the_time_of_its_photograph(api: Api) -> None:
    """Rule 4.3."""
    number = (await api.ready())["number"]
    qr, photographed_at = qr_text(SECRET, number, "KZN-1", 1, NOW), NOW.isoformat()
    api.network.clock.now = NOW + timedelta(hours=2)
    for step in ("handover-opening", "handover"):
        body = {"qr": qr, "at": photographed_at}
        answer = await api.post(f"/orders/{number}/{step}", body, "point")
        assert answer.json()["code"] == "wrong_code"
    body = {"id": "one", "order": number, "step": "handover", "qr": qr, "at": photographed_at}
    answer = await api.post("/commands", {"commands": [body]}, "point")
    assert answer.json()["outcomes"][0]["problem"]["code"] == "wrong_code"
    assert (await api.get(f"/orders/{number}")).json()["status"] == "ready_for_pickup"


async def test_a_code_that_was_renewed_is_not_valid_at_an_earlier_time(api: Api) -> None:
    number = (await api.ready())["number"]
    code = api.code(number)
    api.network.clock.now = NOW + timedelta(hours=1)
    await api.step(number, "code-renewal", by="support")
    body = {"code": code, "at": NOW.isoformat()}
    answer = await api.post(f"/orders/{number}/handover", body, "point")
    assert answer.json()["code"] == "code_revoked"


async def test_a_shelving_of_a_month_ago_is_refused_with_its_limit(api: Api) -> None:
    number = await arrived(api)
    answer = await api.post(f"/orders/{number}/shelving", {"at": told(MONTH)}, "point")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "too_long_ago")
    assert (problem["field"], problem["value"]) == ("at", told(MONTH))
    assert problem["expected"] == f">= {told(timedelta(hours=72))}"


async def test_an_order_shelved_a_month_ago_is_stored_for_its_whole_time(api: Api) -> None:
    """Rule 4.2: whatever the setting, no told time closes an order."""
    await api.network.engine.close()
    api.network.terms = OrderTerms(backdate_hours=24 * 30)
    await api.network.reopen()
    transport = httpx.ASGITransport(app=api.network.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        await stored_for_its_whole_time(Api(client, api.network))


async def stored_for_its_whole_time(api: Api) -> None:
    """Tell a whole life of a month ago, and look for what the timers close."""
    number = (await api.place(at=told(MONTH)))["number"]
    order = await api.step(number, "payment", **captured(number, at=told(MONTH)))
    for step in ("picking", "packing", "dispatch", "arrival", "shelving"):
        order = await api.step(number, step, at=told(MONTH))
    assert order["storage_deadline_at"] >= (NOW + timedelta(days=7)).isoformat()
    journal = PostgresJournal(api.network.pool)
    timers = Timers(api.network.engine, journal, api.network.clock)
    for _ in range(3):
        await timers.sweep()
    assert (await api.get(f"/orders/{number}")).json()["status"] == "ready_for_pickup"


async def test_a_return_after_the_period_is_refused_at_any_told_time(api: Api) -> None:
    """Rule 4.7."""
    number = (await api.ready())["number"]
    await api.step(number, "handover", by="point", code=api.code(number))
    api.network.clock.now = NOW + timedelta(days=8)
    in_time = (NOW + timedelta(days=6)).isoformat()
    for step, by in (("return-claim", "storefront"), ("return", "point")):
        answer = await api.post(f"/orders/{number}/{step}", {"at": in_time}, by)
        assert answer.json()["code"] == "return_period_over"


async def test_a_key_places_nothing_of_a_month_ago(api: Api) -> None:
    for by, imported in (("storefront", False), ("admin", True)):
        body = PLACE | {"at": told(MONTH), "carried_over": imported}
        answer = await api.post("/orders", body, by)
        assert answer.json()["code"] == "too_long_ago"
