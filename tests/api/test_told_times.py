"""What a key tells about time gives nobody a right: what the attackers did, through HTTP."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx

from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.access.programs.scopes import KeyScope
from gotovo.engine.background.memory_holds import MemoryTimerHolds
from gotovo.engine.background.timers import Timers
from gotovo.order.facts import OrderTerms
from gotovo.order.values.actor import Role
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
    timers = Timers(api.network.engine, journal, MemoryTimerHolds(), api.network.clock)
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


async def test_no_role_imports_and_none_places_an_order_of_a_month_ago(api: Api) -> None:
    body = PLACE | {"at": told(MONTH)}
    for by in ("storefront", "admin", "book-admin"):
        answer = await api.post("/orders", body, by)
        assert answer.json()["code"] == "too_long_ago"
        answer = await api.post("/orders", body | {"carried_over": True}, by)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert (answer.json()["field"], answer.json()["expected"]) == ("carried_over", "imports")
        listed = {"id": "one", "step": "placement", "carried_over": True} | body
        answer = await api.post("/commands", {"commands": [listed]}, by)
        assert answer.json()["code"] == "insufficient_scope"
        assert answer.json()["field"] == "commands[0].carried_over"


async def importing_key(api: Api) -> str:
    """Make an administrator's key that may import, and return its name here."""
    scopes = [KeyScope.ORDERS_WRITE, KeyScope.PAYMENTS_WRITE, KeyScope.IMPORTS]
    terms = KeyTerms("history", Role.ADMIN, scopes=scopes)
    dependencies = api.network.dependencies
    _, token = await create_key(dependencies.keys, UUID(int=99), terms, api.network.clock())
    await dependencies.api_keys.refresh()
    api.network.tokens["history"] = token
    return "history"


async def test_a_key_with_the_scope_imports_tells_an_old_history_of_imported_orders_alone(
    api: Api,
) -> None:
    by = await importing_key(api)
    body = PLACE | {"at": told(MONTH)}
    order = await api.place(by, at=told(MONTH), carried_over=True)
    paid = captured(order["number"], at=told(MONTH))
    order = await api.step(order["number"], "payment", by, **paid)
    order = await api.step(order["number"], "cancellation", by, at=told(MONTH))
    assert datetime.fromisoformat(order["closed_at"]) == NOW - MONTH
    assert (await api.post("/orders", body, by)).json()["code"] == "too_long_ago"
    live = (await api.place())["number"]
    answer = await api.post(f"/orders/{live}/cancellation", {"at": told(MONTH)}, by)
    assert answer.json()["code"] == "too_long_ago"
