"""The queue: what is due first comes first, one person answers it, and a late answer is flagged."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gotovo.engine.background.timers import Timers
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.orders.timer_holds import TimerHoldStore
from tests.support.api.helping import MINUTE, asked
from tests.support.api.network import Api

HOURS = timedelta(hours=2)
"""How soon a question is to be answered."""


async def queue(api: Api, query: str = "", by: str = "support") -> list[dict[str, Any]]:
    """Return the open threads."""
    return (await api.get(f"/help{query}", by=by)).json()["items"]


def timers(api: Api) -> Timers:
    """Return timers on the clock of the test."""
    network = api.network
    return Timers(
        network.engine,
        PostgresJournal(network.pool),
        TimerHoldStore(network.pool),
        network.clock,
    )


async def order(api: Api, number: str) -> dict[str, Any]:
    """Return an order as programs see it."""
    return (await api.get(f"/orders/{number}")).json()


async def test_a_thread_tells_what_an_answer_needs(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number, "Where?", HelpChannel.BOT)
    at = api.network.clock.now
    (found,) = await queue(api)
    expected = {
        "number": number,
        "status": "awaiting_payment",
        "waiting_since": at.isoformat().replace("+00:00", "Z"),
        "due_at": (at + HOURS).isoformat().replace("+00:00", "Z"),
        "overdue": False,
        "questions": 1,
        "channel": "bot",
        "assignee": None,
        "assigned_at": None,
    }
    assert found | {"status_label": None} == expected | {"status_label": None}
    read = (await api.get(f"/orders/{number}/help", by="support", accept_language="ru")).json()
    assert read["status_label"] == "Ожидает оплаты"
    assert (read["due_at"], read["overdue"]) == (expected["due_at"], False)
    assert [(x["said"], x["channel"]) for x in read["messages"]] == [("Where?", "bot")]


async def test_the_queue_shows_what_is_overdue_or_mine(api: Api) -> None:
    first, second = [(await api.place())["number"] for _ in range(2)]
    await asked(api, first)
    api.network.clock.now += HOURS
    await asked(api, second)
    assert [x["number"] for x in await queue(api)] == [first, second]
    (late,) = await queue(api, "?filter=overdue")
    assert (late["number"], late["overdue"]) == (first, True)
    assert await queue(api, "?filter=mine") == []
    taken = await api.post(f"/orders/{second}/help-assignment", {}, "support")
    me = f"support:{api.network.ids['support']}"
    assert (taken.status_code, taken.json()["assignee"]) == (200, me)
    (mine,) = await queue(api, "?filter=mine")
    assert (mine["number"], mine["assignee"]) == (second, me)
    assert await queue(api, "?filter=mine", by="admin") == []
    wrong = await api.get("/help?filter=yours", by="support")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_query")


async def test_what_one_person_took_another_neither_answers_nor_settles(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    await api.post(f"/orders/{number}/help-assignment", {}, "support")
    me = f"support:{api.network.ids['support']}"
    for path, body in (
        ("help-assignment", {}),
        ("help-release", {}),
        ("help-answer", {"said": "By six."}),
        ("help-settlement", {}),
        ("help-assignment", {"instead_of": "support:nobody"}),
    ):
        refused = await api.post(f"/orders/{number}/{path}", body, "admin")
        assert (refused.status_code, refused.json()["code"]) == (409, "thread_taken"), path
        assert refused.json()["expected"] == me
    assert [x["assignee"] for x in await queue(api)] == [me]
    over = await api.post(f"/orders/{number}/help-assignment", {"instead_of": me}, "admin")
    assert over.json()["assignee"] == f"admin:{api.network.ids['admin']}"
    answered = await api.post(f"/orders/{number}/help-answer", {"said": "By six."}, "admin")
    assert answered.status_code == 201
    assert await queue(api) == []
    await asked(api, number, "Thank you!")
    assert [x["assignee"] for x in await queue(api)] == [None]


async def test_a_released_thread_is_anybodys(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    await api.post(f"/orders/{number}/help-assignment", {}, "support", key="take")
    me = f"support:{api.network.ids['support']}"
    given = await api.post(f"/orders/{number}/help-release", {"assignee": me}, "admin")
    assert given.json() == {"number": number, "assignee": None, "assigned_at": None}
    again = await api.post(f"/orders/{number}/help-assignment", {}, "support", key="take")
    assert again.json()["assignee"] == me
    assert [x["assignee"] for x in await queue(api)] == [None]
    assert (await api.post(f"/orders/{number}/help-release", {}, "support")).status_code == 200


async def test_of_two_who_take_a_thread_at_once_one_has_it(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    path = f"/orders/{number}/help-assignment"
    taken = await asyncio.gather(*(api.post(path, {}, by) for by in ("support", "admin")))
    assert sorted(each.status_code for each in taken) == [200, 409]


async def test_nothing_open_is_nothing_to_take(api: Api) -> None:
    number = (await api.place())["number"]
    refused = await api.post(f"/orders/{number}/help-assignment", {}, "support")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_open")


async def test_a_late_answer_raises_attention_and_the_answer_takes_it_down(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    sweeping = timers(api)
    api.network.clock.now += HOURS - MINUTE
    assert await sweeping.sweep() == 0
    api.network.clock.now += MINUTE
    await asyncio.gather(sweeping.sweep(), timers(api).sweep())
    assert (await order(api, number))["attention"] == ["unanswered"]
    assert [x["number"] for x in await queue(api, "?filter=overdue")] == [number]
    assert await sweeping.sweep() == 0
    assert sweeping.stuck == ()
    await api.post(f"/orders/{number}/help-answer", {"said": "By six."}, "support")
    assert (await order(api, number))["attention"] == []
    events = [x["type"] for x in (await api.get("/events?limit=200")).json()["items"]]
    assert events == [
        "order.placed",
        "order.help_asked",
        "order.attention_raised",
        "order.help_answered",
    ]


async def test_a_settled_question_is_flagged_no_more(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    api.network.clock.now += HOURS
    await timers(api).sweep()
    settled = await api.post(f"/orders/{number}/help-settlement", {}, "support")
    assert settled.json() == {"number": number, "questions": 1}
    assert (await order(api, number))["attention"] == []
    assert await queue(api) == []


@pytest.mark.parametrize("by", ["storefront", "warehouse", "point", "courier", "follower"])
async def test_only_support_takes_what_buyers_ask(api: Api, by: str) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    for path in ("help-assignment", "help-release"):
        assert (await api.post(f"/orders/{number}/{path}", {}, by)).status_code == 403
    question = {"said": "Where?", "channel": "phone"}
    assert (await api.post(f"/orders/{number}/help-question", question, by)).status_code == 403
    assert (await api.get("/help", by=by)).status_code == 403
