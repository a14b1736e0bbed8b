"""Support finds who waits, reads what was asked, answers once, or says that nothing is left."""

from typing import Any
from uuid import uuid4

import pytest

from gotovo.engine.ports import JournalUnreachable
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.notices.help.help_thread import answer_help, ask_help
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import customer_id
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.store.tables.access.access_log import AccessLogStore
from gotovo.store.tables.orders import help_threads as help_store
from gotovo.store.tables.orders.help_threads import HelpThreads
from tests.support.api.helping import MINUTE, asked
from tests.support.api.network import PLACE, SECRET, Api


async def thread(api: Api, number: str) -> list[dict[str, Any]]:
    """Return an order's messages."""
    return (await api.get(f"/orders/{number}/help", by="support")).json()["messages"]


async def waiting(api: Api, query: str = "") -> list[str]:
    """Return the numbers of those who wait."""
    return [x["number"] for x in (await api.get(f"/help{query}", by="support")).json()["items"]]


async def test_whoever_waits_longest_stands_first_page_by_page(api: Api) -> None:
    first, second, third = [(await api.place())["number"] for _ in range(3)]
    for number in (second, first, second, third):
        await asked(api, number)
    page = (await api.get("/help?limit=2", by="support")).json()
    assert [(x["number"], x["questions"]) for x in page["items"]] == [(second, 2), (first, 1)]
    assert page["items"][0]["waiting_since"] == "2026-11-22T11:06:00Z"
    rest = (await api.get(f"/help?limit=2&after={page['next']}")).json()
    assert ([x["number"] for x in rest["items"]], rest["next"]) == ([third], None)
    assert (await api.get("/help?after=x")).json()["field"] == "after"


async def test_an_answer_stands_in_the_thread_and_its_fact_in_the_history(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    api.network.clock.now += MINUTE
    answer = await api.post(f"/orders/{number}/help-answer", {"said": " By six.\n"}, "support")
    assert answer.status_code == 201
    messages = await thread(api, number)
    assert [(x["author"], x["said"]) for x in messages] == [
        ("buyer", "Where is it?"),
        ("support", "By six."),
    ]
    assert (messages[0]["settled_at"], messages[1]["settled_at"]) == ("2026-11-22T11:07:00Z", None)
    assert await waiting(api) == []
    event = (await api.get("/events?limit=200")).json()["items"][-1]
    assert (event["type"], event["actor"]) == (
        "order.help_answered",
        f"support:{api.network.ids['support']}",
    )
    assert event["command_id"] == messages[1]["id"] == answer.json()["id"]
    assert "By six" not in str(event)


async def test_a_repeated_answer_is_one_message_and_the_same_bytes(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    api.network.clock.now += MINUTE
    path, body = f"/orders/{number}/help-answer", {"said": "By six."}
    first = await api.post(path, body, key="once")
    await asked(api, number, "At which six?")
    again = await api.post(path, body, key="once")
    assert (again.status_code, again.content) == (201, first.content)
    assert [x["author"] for x in await thread(api, number)] == ["buyer", "support", "buyer"]
    assert await waiting(api) == [number]
    other = await api.post(path, {"said": "By nine."}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await thread(api, number)) == 3


async def test_the_key_of_another_request_answers_nobody(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    await api.post(f"/orders/{number}/attention", {"flag": "late"}, key="used")
    refused = await api.post(f"/orders/{number}/help-answer", {"said": "By six."}, key="used")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert [x["author"] for x in await thread(api, number)] == ["buyer"]
    assert await waiting(api) == [number]


async def test_what_was_asked_after_the_last_look_goes_on_waiting(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    read_until = (await thread(api, number))[-1]["written_at"]
    await asked(api, number, "And may I cancel?")
    await api.post(f"/orders/{number}/help-answer", {"said": "Six.", "read_until": read_until})
    assert await waiting(api) == [number]
    settled = await api.post(f"/orders/{number}/help-settlement", {"read_until": read_until})
    assert settled.json() == {"number": number, "questions": 0}


async def test_what_needs_no_answer_is_settled_until_the_buyer_writes_again(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    path = f"/orders/{number}/help-settlement"
    first = await api.post(path, by="support", key="once")
    assert first.json() == {"number": number, "questions": 1}
    assert await waiting(api) == []
    events = (await api.get("/events?limit=200")).json()["items"]
    assert "order.help_answered" not in [event["type"] for event in events]
    await asked(api, number, "Thank you!")
    assert await waiting(api) == [number]
    assert (await api.post(path, by="support", key="once")).content == first.content
    assert await waiting(api) == [number]
    by = await api.network.pool.fetch("select settled_by from help_message order by written_at")
    assert [row["settled_by"] for row in by] == [f"support:{api.network.ids['support']}", None]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"said": ""}, "said"),
        ({"said": " \n"}, "said"),
        ({"said": "x" * 901}, "said"),
        ({}, "said"),
        ({"said": "x", "read_until": "1900-01-01T00:00:00Z"}, "read_until"),
    ],
)
async def test_words_that_do_not_fit_are_named(api: Api, body: dict[str, str], field: str) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    answer = await api.post(f"/orders/{number}/help-answer", body, accept_language="ru")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["title"] == "Неверное поле"


async def test_nothing_asked_a_full_thread_and_no_order_are_told_apart(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = (await api.place())["number"]
    path, body = f"/orders/{number}/help-answer", {"said": "Hello!"}
    silent = await api.post(path, body)
    assert (silent.status_code, silent.json()["code"]) == (409, "nothing_asked")
    await asked(api, number)
    monkeypatch.setattr(help_store, "MESSAGES_MAX", 1)
    assert (await api.post(path, body)).status_code == 201
    full = await api.post(path, body)
    assert (full.status_code, full.json()["code"]) == (409, "thread_full")
    for nowhere in ("100000000000", number[:-1] + str((int(number[-1]) + 1) % 10)):
        for method in ("help-answer", "help-settlement"):
            given = body if method == "help-answer" else {}
            answer = await api.post(f"/orders/{nowhere}/{method}", given)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_order")
        assert (await api.get(f"/orders/{nowhere}/help")).status_code == 404


@pytest.mark.parametrize("by", ["storefront", "warehouse", "point", "courier", "follower"])
async def test_others_neither_read_nor_answer(api: Api, by: str) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    assert (await api.get("/help", by=by)).status_code == 403
    assert (await api.get(f"/orders/{number}/help", by=by)).status_code == 403
    for path, body in (("help-answer", {"said": "No"}), ("help-settlement", {})):
        assert (await api.post(f"/orders/{number}/{path}", body, by)).status_code == 403


async def test_reading_a_thread_is_a_look_and_so_is_a_list_with_its_order(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    await thread(api, number)
    await waiting(api)
    await api.network.dependencies.access_log.write()
    customer = customer_id(SECRET, PLACE["customer"]["phone"])
    found = await AccessLogStore(api.network.pool).latest(customer, 10)
    assert {(x.number, x.role, x.what, x.times) for x in found} == {
        (number, "support", "help", 1),
        (number, "support", "list", 1),
    }


async def test_an_answer_to_what_was_erased_meanwhile_goes_with_it(api: Api) -> None:
    """The questions are erased after they were looked at, and before the answer is told."""
    number, network = (await api.place())["number"], api.network
    await api.step(number, "cancellation")
    await asked(api, number)

    async def submit(submission: Submission) -> SubmissionResult:
        await api.step(number, "contact-erasure")
        await network.pool.execute("delete from help_message where author = 'buyer'")
        return await network.engine.submit(submission)

    threads, by = HelpThreads(network.pool), Actor(Role.SUPPORT, "sonya")
    submission = Submission(uuid4(), number, AnswerHelp(), by, bytes(16))
    assert await answer_help(threads, submit, submission, "By six.", network.clock())
    assert await thread(api, number) == []


async def test_a_question_from_the_phone_stands_in_the_thread_once(api: Api) -> None:
    number = (await api.place())["number"]
    path, body = f"/orders/{number}/help-question", {"said": "Will it come?", "channel": "phone"}
    first = await api.post(path, body, "support", key="once")
    assert first.status_code == 201
    assert (first.json()["channel"], first.json()["due_at"]) == ("phone", "2026-11-22T13:05:00Z")
    api.network.clock.now += MINUTE
    again = await api.post(path, body, "support", key="once")
    assert (again.status_code, again.content) == (201, first.content)
    assert [(x["author"], x["said"]) for x in await thread(api, number)] == [
        ("buyer", "Will it come?")
    ]
    event = (await api.get("/events?limit=200")).json()["items"][-1]
    assert (event["type"], event["event"]["channel"]) == ("order.help_asked", "phone")
    assert "Will it come" not in str(event)
    wrong = await api.post(path, {"said": "?", "channel": "pigeon"}, "support")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "channel")


async def test_an_erased_buyer_asks_nothing(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    await api.step(number, "cancellation")
    await api.step(number, "contact-erasure")
    refused = await api.post(f"/orders/{number}/help-question", {"said": "Still there?"})
    assert (refused.status_code, refused.json()["code"]) == (409, "buyer_erased")
    assert await thread(api, number) == []
    assert await waiting(api) == []
    assert await api.network.pool.fetchval("select count(*) from help_assignment") == 0


async def test_of_two_answers_to_one_look_the_second_is_refused(api: Api) -> None:
    number = (await api.place())["number"]
    await asked(api, number)
    read_until = (await thread(api, number))[-1]["written_at"]
    api.network.clock.now += MINUTE
    body = {"said": "By six.", "read_until": read_until}
    path = f"/orders/{number}/help-answer"
    assert (await api.post(path, body, "support", key="mine")).status_code == 201
    late = await api.post(path, {**body, "said": "By nine."}, "admin")
    assert (late.status_code, late.json()["code"]) == (409, "answered_meanwhile")
    assert (await api.post(path, body, "support", key="mine")).status_code == 201
    assert [x["said"] for x in await thread(api, number)] == ["Where is it?", "By six."]


async def test_a_question_whose_event_fails_is_not_kept(api: Api) -> None:
    number, network = (await api.place())["number"], api.network
    threads, courier = HelpThreads(network.pool), Actor(Role.COURIER, "kolya")
    command = AskHelp(HelpChannel.BOT, network.clock())
    submission = Submission(uuid4(), number, command, courier, bytes(16))
    stranger = await ask_help(threads, network.engine.submit, submission, "Whose is it?")
    assert stranger is not None
    assert stranger.refusal is not None
    assert await thread(api, number) == []

    async def submit(_submission: Submission) -> SubmissionResult:
        raise JournalUnreachable

    with pytest.raises(JournalUnreachable):
        await ask_help(threads, submit, submission, "Is it there?")
    assert await thread(api, number) == []
