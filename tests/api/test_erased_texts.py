"""Words of a note are shown to whoever reads the order, and by nothing once the buyer is erased."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from gotovo.access.feed_events import EventFilter
from gotovo.api.cache.event_buffer import EventBuffer
from gotovo.api.resources.events import EVENTS_ITEMS_MAX
from tests.support.api.listening import listening
from tests.support.api.network import Api, Network

NOTE = 'Анна: "ключ у соседки",\nкв. 12'
ALL = EventFilter()


async def flagged(api: Api) -> str:
    """Return the number of an order with a note."""
    number = (await api.place())["number"]
    await api.step(number, "attention", flag="damaged", note=NOTE)
    return number


async def erase(api: Api, number: str) -> None:
    await api.step(number, "cancellation", reason="customer_request")
    await api.step(number, "contact-erasure")


async def items(api: Api) -> list[dict[str, Any]]:
    return (await api.get("/events?types=order.attention_raised")).json()["items"]


async def notes(api: Api, number: str, language: str = "en") -> list[tuple[str, bool]]:
    timeline = (await api.get(f"/orders/{number}/timeline", Accept_Language=language)).json()
    return [(note["note"], note["note_erased"]) for note in timeline["notes"]]


async def test_the_feed_gives_the_words_beside_the_event_until_they_are_erased(api: Api) -> None:
    number = await flagged(api)
    (item,) = await items(api)
    assert item["text"] == NOTE
    assert "text_erased" not in item
    assert item["event"].keys() == {"type", "flag", "text_digest"}
    await erase(api, number)
    (erased,) = await items(api)
    assert (erased.get("text"), erased["text_erased"]) == (None, True)
    assert (erased["event"], erased["hash"]) == (item["event"], item["hash"])


async def test_the_timeline_says_in_the_readers_language_that_a_note_was_erased(api: Api) -> None:
    number = await flagged(api)
    assert await notes(api, number) == [(NOTE, False)]
    await erase(api, number)
    assert await notes(api, number) == [("erased", True)]
    assert await notes(api, number, "ru") == [("удалено", True)]


async def test_an_event_without_a_text_has_no_field_for_one(api: Api) -> None:
    await api.place()
    (placed,) = (await api.get("/events")).json()["items"]
    assert not {"text", "text_erased"} & placed.keys()


async def test_a_stream_sends_the_words_of_now_and_its_buffer_has_none(
    api: Api, network: Network
) -> None:
    """What is sent from memory after the erasure has no words, though it came before it."""
    dependencies = network.dependencies
    async with listening(dependencies) as listener:
        waiting = asyncio.create_task(listener.hear(2))
        await asyncio.sleep(0)
        number = await flagged(api)
        _, live = await waiting
        assert live["text"] == NOTE
        assert "соседки" not in buffered(dependencies.event_buffer)
        await erase(api, number)
        async with listening(dependencies) as late:
            heard = {event["type"]: event for event in await late.hear(4)}
    late_note = heard["order.attention_raised"]
    assert (late_note.get("text"), late_note["text_erased"]) == (None, True)
    assert late_note["event"] == live["event"]


async def test_nothing_is_noted_about_an_erased_buyer_and_steps_are_taken_without_words(
    api: Api,
) -> None:
    """Rule 4.16."""
    number = (await api.ready())["number"]
    await api.step(number, "handover", "point", code=api.code(number))
    await api.step(number, "contact-erasure")
    version = (await api.get(f"/orders/{number}")).json()["version"]
    for step, body in (
        ("attention", {"flag": "dispute", "note": NOTE}),
        ("correction", {"version": version - 1, "note": NOTE}),
    ):
        refused = await api.post(f"/orders/{number}/{step}", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "buyer_erased"), refused.text
        taken = await api.post(f"/orders/{number}/{step}", body | {"note": ""})
        assert taken.headers["gotovo-outcome"] == "done", taken.text
    assert await notes(api, number) == [("", False)]


def buffered(buffer: EventBuffer) -> str:
    """Return all chunks in memory as text."""
    taken = buffer.take((0,), ALL, EVENTS_ITEMS_MAX)
    chunks = b"".join(taken.parts) + taken.joined
    return json.dumps(chunks.decode(), ensure_ascii=False)


async def test_a_note_that_is_sent_again_is_the_same_request_and_another_one_is_not(
    api: Api,
) -> None:
    number = (await api.place())["number"]
    path = f"/orders/{number}/attention"
    body = {"flag": "damaged", "note": NOTE}
    first = await api.post(path, body, key="one-note")
    again = await api.post(path, body, key="one-note")
    other = await api.post(path, body | {"note": "другое"}, key="one-note")
    assert (first.status_code, again.content) == (200, first.content)
    assert other.status_code == 422
    assert len(await items(api)) == 1


async def test_who_sees_no_buyers_gets_no_words_from_the_feed(api: Api, network: Network) -> None:
    """Rule 4.16: a follower's program reads every event, and needs nobody's name."""
    number = await flagged(api)
    path = "/events?types=order.attention_raised"
    (item,) = (await api.get(path, "follower")).json()["items"]
    assert (item["number"], item["event"]["flag"]) == (number, "damaged")
    assert not {"text", "text_erased"} & item.keys()
    wordless = EventFilter(with_words=False)
    async with listening(network.dependencies, wanted=wordless) as caught_up:
        _, from_journal = await caught_up.hear(2)
        waiting = asyncio.create_task(caught_up.hear(1))
        await api.step(number, "attention", flag="damaged", note="ещё раз")
        (live,) = await waiting
    assert not {"text", "text_erased"} & (from_journal.keys() | live.keys())


async def test_a_point_that_sees_the_buyer_no_more_reads_no_notes(
    api: Api, network: Network
) -> None:
    number = await flagged(api)
    await api.step(number, "attention-clearance", flag="damaged")
    await api.step(number, "cancellation", reason="customer_request")
    of_point = f"/orders/{number}/timeline"
    network.clock.now += timedelta(days=400)
    point = (await api.get(of_point, "point")).json()["notes"]
    assert [(note["note"], note["note_erased"]) for note in point] == [("erased", True)]
    assert await notes(api, number) == [(NOTE, False)]
