"""One person decides a case, once; what they decide is done, or the case stays open."""

import asyncio
from typing import Any

from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.money import Money
from tests.support.api.casework import followed, opened, resolve
from tests.support.api.network import BOOKSHOP, TOTAL, Api, captured


async def case(api: Api, id_: object) -> dict[str, Any]:
    """Return a case."""
    return (await api.get(f"/cases/{id_}")).json()


async def order(api: Api, number: str) -> dict[str, Any]:
    """Return an order."""
    return (await api.get(f"/orders/{number}")).json()


async def test_what_one_person_took_another_neither_takes_nor_decides(api: Api) -> None:
    id_ = (await opened(api)).id
    taken = await api.post(f"/cases/{id_}/assignment", {}, "support")
    me, other = (f"{x}:{api.network.ids[x]}" for x in ("support", "admin"))
    assert (taken.status_code, taken.json()["owner"]) == (200, me)
    assert (await api.post(f"/cases/{id_}/assignment", {}, "support")).json() == taken.json()
    for path, body in (
        ("assignment", {}),
        ("assignment", {"instead_of": "support:nobody"}),
        ("assignment-release", {}),
        ("resolution", {"decision": "accept"}),
    ):
        refused = await api.post(f"/cases/{id_}/{path}", body, "admin")
        assert (refused.status_code, refused.json()["code"]) == (409, "case_taken"), path
        assert refused.json()["expected"] == me
    over = await api.post(f"/cases/{id_}/assignment", {"instead_of": me}, "admin")
    assert over.json()["owner"] == other
    given = await api.post(f"/cases/{id_}/assignment-release", {"owner": other}, "support")
    assert given.json() == {"id": str(id_), "owner": None, "owned_at": None}


async def test_of_two_who_take_a_case_at_once_one_has_it(api: Api) -> None:
    path = f"/cases/{(await opened(api)).id}/assignment"
    taken = await asyncio.gather(*(api.post(path, {}, by) for by in ("support", "admin")))
    assert sorted(each.status_code for each in taken) == [200, 409]


async def test_a_case_that_is_noted_is_over(api: Api) -> None:
    id_ = (await opened(api)).id
    status, body = await resolve(api, id_, "accept", note="The bank took it back.\nAll is well.")
    me = f"support:{api.network.ids['support']}"
    assert (status, body["resolution"], body["resolved_by"]) == (200, "accept", me)
    assert "note" not in body
    found = await case(api, id_)
    assert (found["resolution_label"], found["note"]) == (
        "Noted",
        "The bank took it back.\nAll is well.",
    )
    assert (found["owner"], found["decisions"]) == (None, [])
    again = await resolve(api, id_, "accept")
    assert again == (status, body)
    for by, decision in (("admin", "accept"), ("support", "assign_to_order")):
        fields = {"number": "200785804776"} if decision == "assign_to_order" else {}
        status, refused = await resolve(api, id_, decision, by, **fields)
        assert (status, refused["code"], refused["expected"]) == (409, "case_resolved", "accept")
    for path in ("assignment", "assignment-release"):
        refused = (await api.post(f"/cases/{id_}/{path}", {}, "support")).json()
        assert (refused["code"], refused["expected"]) == ("case_resolved", "accept")


async def test_money_that_is_assigned_pays_the_order_once(api: Api) -> None:
    number = (await api.place())["number"]
    id_ = (await opened(api)).id
    status, body = await resolve(api, id_, "assign_to_order", number=number, note="By phone.")
    assert (status, body["resolution"]) == (200, "assign_to_order")
    assert (await resolve(api, id_, "assign_to_order", number=number))[1] == body
    paid = await order(api, number)
    assert (paid["status"], paid["paid"]["amount"]) == ("processing", TOTAL)
    events = (await api.get("/events?limit=200&types=order.paid")).json()["items"]
    assert [x["event"]["payment_id"] for x in events] == ["2d9f"]
    assert [x["actor"] for x in events] == [f"support:{api.network.ids['support']}"]


async def test_an_order_that_has_no_use_for_the_money_refunds_it(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "cancellation", reason="customer_request")
    id_ = (await opened(api)).id
    assert (await resolve(api, id_, "assign_to_order", number=number))[0] == 200
    found = await order(api, number)
    assert (found["status"], found["refunded"]["amount"]) == ("closed", TOTAL)


async def test_money_is_assigned_to_no_order_that_does_not_fit(api: Api) -> None:
    number = (await api.place())["number"]
    book = (await api.place("book-storefront"))["number"]
    id_ = (await opened(api)).id
    conflict = await opened(api, CaseKind.PAYMENT_CONFLICT, "7a", number, "")
    euros = await opened(api, payment="e1", captured=Money(100, "EUR"))
    lacking = await opened(api, payment="e2", captured="a lot")
    for found, wanted, code, status in (
        (id_, "200785804776", "unknown_order", 404),
        (id_, "no number", "unknown_order", 404),
        (conflict.id, book, "unknown_order", 404),
        (euros.id, number, "wrong_currency", 422),
        (lacking.id, number, "payment_not_known", 409),
    ):
        told, refused = await resolve(api, found, "assign_to_order", number=wanted)
        assert (told, refused["code"]) == (status, code)
        open_ = await case(api, found)
        assert (open_["resolution"], open_["deciding"]) == (None, None), code
    assert (await order(api, number))["paid"]["amount"] == 0


async def test_what_an_order_has_is_not_assigned_again(api: Api) -> None:
    first, second = [(await api.place())["number"] for _ in range(2)]
    await api.step(first, "payment", **captured(first, provider="yookassa", payment_id="2d9f"))
    id_ = (await opened(api)).id
    status, refused = await resolve(api, id_, "assign_to_order", number=second)
    assert (status, refused["code"], refused["expected"]) == (409, "payment_has_order", first)
    assert (await order(api, second))["attention"] == []
    assert (await resolve(api, id_, "assign_to_order", number=first))[0] == 200


async def test_a_decision_that_does_not_fit_changes_nothing(api: Api) -> None:
    id_ = (await opened(api)).id
    for body, code, field in (
        ({"decision": "refund"}, "decision_not_possible", "decision"),
        ({"decision": "reroute_refund", "route": "cash"}, "decision_not_possible", "decision"),
        ({"decision": "assign_to_order"}, "decision_field", "number"),
        ({"decision": "accept", "number": "200785804776"}, "decision_field", "number"),
        ({"decision": "accept", "route": "cash"}, "decision_field", "route"),
        ({"decision": "burn"}, "invalid_body", "decision"),
        ({}, "invalid_body", "decision"),
        ({"decision": "accept", "note": "x" * 901}, "invalid_body", "note"),
    ):
        refused = (await api.post(f"/cases/{id_}/resolution", body, "support")).json()
        assert (refused["code"], refused["field"]) == (code, field)
    assert (await case(api, id_))["owner"] is None


async def test_only_the_network_decides_where_the_money_may_be_anothers(api: Api) -> None:
    number = (await api.place("book-storefront"))["number"]
    conflict = await opened(api, CaseKind.PAYMENT_CONFLICT, "7a", number, BOOKSHOP)
    seen = await api.get(f"/cases/{conflict.id}", by="book-support")
    assert (seen.status_code, seen.json()["decisions"]) == (200, [])
    status, refused = await resolve(api, conflict.id, "accept", by="book-support")
    assert (status, refused["code"]) == (403, "network_decides")
    assert (await resolve(api, conflict.id, "assign_to_order", number=number))[0] == 200


async def test_a_flag_is_taken_down_by_the_decision(api: Api) -> None:
    number = (await api.place())["number"]
    for flag in ("dispute", "lost"):
        await api.step(number, "attention", flag=flag)
    await followed(api)
    found = (await api.get(f"/cases?order={number}")).json()["items"]
    assert sorted(x["kind"] for x in found) == ["damage", "dispute"]
    (lost,) = [x["id"] for x in found if x["kind"] == "damage"]
    assert (await resolve(api, lost, "accept"))[0] == 200
    assert (await order(api, number))["attention"] == ["dispute"]
    await followed(api)
    assert (await case(api, lost))["resolution"] == "accept"
    (left,) = (await api.get(f"/cases?order={number}")).json()["items"]
    assert left["kind"] == "dispute"


async def test_held_money_goes_back_when_somebody_decides_so(api: Api) -> None:
    number = (await api.place())["number"]
    euros = {"amount": 1_000, "currency": "EUR"}
    await api.post(f"/orders/{number}/payment", captured(number) | {"amount": euros})
    await followed(api)
    (held,) = (await api.get(f"/cases?order={number}")).json()["items"]
    assert [x["decision"] for x in held["decisions"]] == ["refund", "accept"]
    assert (await resolve(api, held["id"], "refund"))[0] == 200
    started = (await api.get("/events?limit=200&types=refund.started")).json()["items"]
    assert [(x["event"]["amount"], x["event"]["currency"]) for x in started] == [(1_000, "EUR")]
    assert (await order(api, number))["attention"] == []


async def test_a_repeated_request_has_the_same_answer(api: Api) -> None:
    id_ = (await opened(api)).id
    path, body = f"/cases/{id_}/resolution", {"decision": "accept", "note": "Seen."}
    first = await api.post(path, body, "support", key="once")
    again = await api.post(path, body, "support", key="once")
    assert (first.status_code, again.content) == (200, first.content)
    other = await api.post(path, body | {"note": "Else"}, "support", key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await case(api, id_))["note"] == "Seen."
