"""Flags become cases once, and what is taken down at the order is resolved."""

from collections.abc import Sequence
from typing import Any

from gotovo.casework.flag_follower import FlagCases
from gotovo.engine.ports import FeedEvent
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.cases.cases import CaseStore
from tests.support.api.casework import followed
from tests.support.api.network import BOOKSHOP, Api, captured


async def cases(api: Api, number: str, filter_: str = "open") -> list[dict[str, Any]]:
    """Return the cases of an order."""
    return (await api.get(f"/cases?order={number}&filter={filter_}")).json()["items"]


async def journal(api: Api) -> Sequence[FeedEvent]:
    """Return all events there are."""
    return await PostgresJournal(api.network.pool).feed(0, 0, 1_000)


async def test_a_flag_opens_a_case_once_and_going_down_resolves_it(api: Api) -> None:
    number = (await api.place("book-storefront"))["number"]
    await api.step(number, "attention", flag="damaged", note="Wet box")
    await api.step(number, "attention", flag="late")
    await followed(api)
    (found,) = await cases(api, number)
    assert (found["kind"], found["shop"]) == ("damage", BOOKSHOP)
    proofs = {each["name"]: each["value"] for each in found["proofs"]}
    assert (proofs["flag"], proofs["raised_by"]) == ("damaged", "admin")
    assert "Wet box" not in str(found)
    await api.step(number, "attention-clearance", flag="damaged", by="support")
    await followed(api)
    assert await cases(api, number) == []
    (cleared,) = await cases(api, number, "resolved")
    assert (cleared["resolution"], cleared["resolution_label"]) == (
        "cleared",
        "Flag taken down at the order",
    )
    assert cleared["resolved_by"] == f"support:{api.network.ids['support']}"


async def test_a_page_that_comes_again_changes_nothing(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "attention", flag="dispute")
    await api.step(number, "attention-clearance", flag="dispute")
    await api.step(number, "attention", flag="dispute")
    handler = FlagCases(CaseStore(api.network.pool))
    page = await journal(api)
    for cut in range(len(page) + 1):  # Killed after each event, and then all of it again.
        await handler.handle(page[:cut])
    await handler.handle(page)
    (open_,) = await cases(api, number)
    (cleared,) = await cases(api, number, "resolved")
    assert open_["subject"] == f"{number}:4"
    assert cleared["subject"] == f"{number}:2"


async def test_money_that_no_rule_can_apply_is_a_case(api: Api) -> None:
    number = (await api.place())["number"]
    euros = {"amount": 1_000, "currency": "EUR"}
    await api.post(f"/orders/{number}/payment", captured(number) | {"amount": euros})
    await followed(api)
    (found,) = await cases(api, number)
    assert found["kind"] == "held_money"
