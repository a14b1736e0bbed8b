"""A repetition is harmless, and the same bytes."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.support.api.network import PLACE, Api, captured


async def test_a_repeated_placement_is_the_same_order_byte_for_byte(api: Api) -> None:
    first = await api.post("/orders", PLACE, "storefront", key="once")
    again = await api.post("/orders", PLACE, "storefront", key="once")

    assert again.status_code == first.status_code == 201
    assert again.content == first.content
    assert len((await api.get("/orders")).json()["items"]) == 1


async def test_answers_are_repeated_after_a_restart_although_the_order_went_on(api: Api) -> None:
    placed = await api.post("/orders", PLACE, "storefront", key="place")
    number = placed.json()["number"]
    pay = captured(number)
    paid = await api.post(f"/orders/{number}/payment", pay, "storefront", key="pay")
    refused = await api.post(f"/orders/{number}/shelving", {}, key="shelve")
    await api.step(number, "cancellation")
    await api.network.close()
    await api.network.reopen()

    transport = httpx.ASGITransport(app=api.network.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        later = Api(client, api.network)
        placed_again = await later.post("/orders", PLACE, "storefront", key="place")
        paid_again = await later.post(f"/orders/{number}/payment", pay, "storefront", key="pay")
        refused_again = await later.post(f"/orders/{number}/shelving", {}, key="shelve")

    assert (placed_again.status_code, placed_again.content) == (201, placed.content)
    assert (paid_again.status_code, paid_again.content) == (200, paid.content)
    assert (refused_again.status_code, refused_again.content) == (409, refused.content)


async def test_another_body_under_the_same_key_is_refused(api: Api) -> None:
    await api.post("/orders", PLACE, "storefront", key="once")

    answer = await api.post(
        "/orders", PLACE | {"customer": {"phone": "+79005550000"}}, "storefront", key="once"
    )

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert answer.json()["type"] == "urn:gotovo:problem:idempotency_key_reused"


async def test_two_programs_may_use_the_same_key(api: Api) -> None:
    first = await api.post("/orders", PLACE, "storefront", key="once")
    other = await api.post("/orders", PLACE, "admin", key="once")

    assert first.status_code == other.status_code == 201
    assert first.json()["number"] != other.json()["number"]


async def test_a_repetition_while_the_first_is_under_way_is_told_so(api: Api) -> None:
    answers = await asyncio.gather(
        *(api.post("/orders", PLACE, "storefront", key="once") for _ in range(5))
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201, 409, 409, 409, 409]
    waiting = next(answer for answer in answers if answer.status_code == 409)
    assert waiting.json()["code"] == "in_flight"
    assert waiting.headers["retry-after"] == "1"


async def test_every_post_needs_a_key_of_visible_characters(api: Api) -> None:
    bare = api.headers("storefront", {})

    missing = await api.client.post("/api/v1/orders", json=PLACE, headers=bare)
    empty = await api.client.post(
        "/api/v1/orders", json=PLACE, headers=bare | {"Idempotency-Key": ""}
    )
    long = await api.post("/orders", PLACE, "storefront", key="k" * 201)
    longest = await api.post("/orders", PLACE, "storefront", key="k" * 200)

    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert (empty.status_code, empty.json()["code"]) == (400, "idempotency_key_invalid")
    assert (long.status_code, long.json()["code"]) == (400, "idempotency_key_invalid")
    assert longest.status_code == 201


@pytest.mark.parametrize(("first", "again"), [("en", "ru"), ("ru", "en")])
async def test_a_repetition_in_another_language_has_the_bytes_of_the_first(
    api: Api, first: str, again: str
) -> None:
    number = (await api.place())["number"]
    paid = captured(number)
    requests: list[tuple[str, Any]] = [
        ("/orders", PLACE),
        (f"/orders/{number}/payment", paid),
        (f"/orders/{number}/handover", {"code": "000000"}),
        (
            "/stock",
            {"warehouse": "KZN", "reason": "a", "entries": [{"sku": "MUG-RED", "delta": 1}]},
        ),
    ]
    for path, body in requests:
        answers = [
            await api.post(path, body, "admin", key=path, Accept_Language=language)
            for language in (first, again)
        ]
        assert answers[0].content == answers[1].content, path
        assert answers[0].status_code == answers[1].status_code
    other = await api.post(f"/orders/{number}/picking", {}, Accept_Language=again)
    known = await api.post(f"/orders/{number}/packing", {}, Accept_Language=first)
    assert other.json()["status_label"] != known.json()["status_label"]


async def test_a_listed_command_is_repeated_in_the_language_of_its_first_time(api: Api) -> None:
    number = (await api.place())["number"]
    listed = [
        {"id": "paid", "step": "payment", "order": number, **captured(number)},
        {"id": "refused", "step": "shelving", "order": number, "cell": "A-1"},
        {"id": "packed", "step": "packing", "order": number},
    ]
    first = await api.post("/commands", {"commands": listed}, Accept_Language="ru")
    again = await api.post("/commands", {"commands": listed}, Accept_Language="en")
    assert first.status_code == 200
    assert again.json() == first.json()


async def test_a_record_of_a_version_without_languages_is_answered_in_the_asked_one(
    api: Api,
) -> None:
    body = await api.post("/orders", PLACE, key="old", Accept_Language="ru")
    await api.network.pool.execute(
        "update command set fingerprint = set_byte(fingerprint, 15, 200) where number = $1",
        body.json()["number"],
    )
    again = await api.post("/orders", PLACE, key="old", Accept_Language="en")
    assert again.json()["number"] == body.json()["number"]
    assert again.json()["status_label"] == "Awaiting payment"
