"""Drills at the shelves: what was handed over is lost, others' parcels are moved, counted blind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from msgspec.structs import replace

from gotovo.api.application import api_app
from gotovo.order.values.order import Attention, Outcome
from tests.support.access.staff import signed_in
from tests.support.api.clerks import AT_KREMLIN, MANAGER, Clerk, clerk, handheld, pass_time
from tests.support.api.network import LAST, Api
from tests.support.desk.shelf import BORIS, TWO_BOXES, order_of, ready

POINT = "/points/KZN-1"
DEAR = [LAST | {"price": 900_000}]


async def begin(api: Api, name: str, *grants: Any) -> Clerk:
    """Return somebody in a shift at the desk."""
    device = (await handheld(api))[1]
    who = await clerk(api, name, *(grants or (AT_KREMLIN,)), device=device)
    await who.begins()
    return who


async def prove(api: Api, *people: Clerk) -> None:
    """Let people sign in again, as before a step that needs a fresh proof."""
    for who in people:
        access, now = api.network.dependencies.staff, api.network.clock()
        api.network.tokens[who.by] = await signed_in(access, who.person, now)


async def given_up(api: Api, who: Clerk, parcel: str) -> dict[str, Any]:
    """Let somebody search for a parcel until its time is over, and give it up."""
    started = await who.posts(f"{POINT}/searches", {"parcel": parcel})
    assert started.status_code == 201, started.text
    pass_time(api, minutes=21)
    await api.network.dependencies.desk.shelves.searches.round()
    lost = await who.posts(f"{POINT}/searches/{started.json()['id']}/loss")
    assert lost.status_code == 200, lost.text
    await prove(api, who)
    return lost.json()


def code_of(answer: Any) -> str:
    """Return the code of a problem."""
    return answer.json()["code"]


@asynccontextmanager
async def with_second_persons(api: Api) -> AsyncGenerator[Api]:
    """Give a client of the same network where approvals are those that people granted."""
    dependencies = api.network.dependencies
    visiting = replace(dependencies.desk.visiting, second_person=dependencies.work.approvals)
    desk = replace(dependencies.desk, visiting=visiting)
    transport = httpx.ASGITransport(app=api_app(replace(dependencies, desk=desk)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        yield Api(client, api.network, first_key=500_000)


async def test_what_was_handed_over_is_not_lost(api: Api) -> None:
    number = await ready(api)
    lena = await begin(api, "lena")
    started = await lena.posts(f"{POINT}/searches", {"parcel": f"{number}01"})
    await api.step(number, "handover", code=api.code(number))
    pass_time(api, minutes=21)
    await api.network.dependencies.desk.shelves.searches.round()
    await prove(api, lena)
    refused = await lena.posts(f"{POINT}/searches/{started.json()['id']}/loss")
    assert code_of(refused) == "search_closed"
    body = {"parcel": f"{number}01", "note": "nobody finds it"}
    assert code_of(await lena.posts(f"{POINT}/write-offs", body)) == "parcel_not_lost"
    assert (await order_of(api, number)).outcome is Outcome.ISSUED


async def test_what_was_handed_over_after_it_was_given_up_is_paid_back_to_nobody(api: Api) -> None:
    number = await ready(api)
    lena = await begin(api, "lena")
    await given_up(api, lena, f"{number}01")
    await api.step(number, "handover", code=api.code(number))
    body = {"parcel": f"{number}01", "note": "nobody finds it"}
    refused = await lena.posts(f"{POINT}/write-offs", body)
    assert code_of(refused) in {"already_issued", "parcel_not_lost"}
    order = await order_of(api, number)
    assert (order.outcome, order.refunds) == (Outcome.ISSUED, ())


async def test_what_nobody_looked_for_is_not_written_off(api: Api) -> None:
    number = await ready(api)
    lena = await begin(api, "lena")
    body = {"parcel": f"{number}01", "note": "I am sure"}
    assert code_of(await lena.posts(f"{POINT}/write-offs", body)) == "parcel_not_lost"
    await lena.posts(f"{POINT}/searches", {"parcel": f"{number}01"})
    assert code_of(await lena.posts(f"{POINT}/write-offs", body)) == "parcel_not_lost"
    assert (await order_of(api, number)).outcome is None


async def test_who_gives_up_and_has_it_in_hand_is_in_the_log(api: Api) -> None:
    number = await ready(api)
    lena, ira = await begin(api, "lena"), await begin(api, "ira")
    found = await given_up(api, lena, f"{number}01")
    assert (await lena.gets(f"{POINT}/scan?code={number}01")).status_code == 200
    assert api.network.flagged == [(lena.actor, number)]
    assert (await order_of(api, number)).attention == (Attention.LOST,), "a case of the office"
    shown = (await ira.gets(f"{POINT}/searches/{found['id']}")).json()
    assert shown["turned_up_by"] == f"point:{lena.actor}"
    body = {"parcel": f"{number}01", "note": "it is gone"}
    assert code_of(await lena.posts(f"{POINT}/write-offs", body)) == "parcel_not_lost"


async def test_what_somebody_else_finds_is_back_on_its_shelf(api: Api) -> None:
    number = await ready(api)
    lena, ira = await begin(api, "lena"), await begin(api, "ira")
    await given_up(api, lena, f"{number}01")
    await ira.gets(f"{POINT}/scan?code={number}01")
    assert api.network.flagged == []
    assert (await order_of(api, number)).attention == ()


async def test_dear_goods_are_written_off_by_two(api: Api) -> None:
    number = await ready(api, lines=DEAR)
    parcel = f"{number}01"
    async with with_second_persons(api) as there:
        lena, ira = await begin(there, "lena"), await begin(there, "ira")
        boss = await begin(there, "boss", MANAGER)
        await given_up(there, lena, parcel)
        await prove(there, ira, boss)
        body = {"parcel": parcel, "note": "nobody finds it"}
        alone = await lena.posts(f"{POINT}/write-offs", body)
        assert (alone.status_code, code_of(alone)) == (403, "approval_required")
        direct = {"reason": "lost", "lost": [parcel]}
        around = await lena.posts(f"/orders/{number}/cancellation", direct)
        assert code_of(around) == "approval_required"
        asked = {"kind": "write_off", "about": parcel, "note": "nobody finds it"}
        approval = (await lena.posts(f"{POINT}/approvals", asked)).json()
        path = f"/approvals/{approval['id']}/decision"
        assert (await ira.posts(path, {"decision": "granted"})).status_code == 403
        granted = await boss.posts(path, {"decision": "granted"})
        assert granted.status_code == 200, granted.text
        taken = body | {"approval": approval["id"]}
        stolen = await ira.posts(f"{POINT}/write-offs", taken)
        assert code_of(stolen) == "approval_required"
        done = await lena.posts(f"{POINT}/write-offs", taken)
        assert done.status_code == 200, done.text
        assert done.json()["reason"] == "lost"
    order = await order_of(api, number)
    assert [each.amount for each in order.refunds] == [900_000]
    body = await api.network.pool.fetchval(
        "select body ->> 'approved_by' from event where number = $1 and type = 'order.cancelled'",
        number,
    )
    assert body == boss.actor


async def test_a_write_off_needs_a_fresh_proof(api: Api) -> None:
    number = await ready(api)
    lena = await begin(api, "lena")
    await given_up(api, lena, f"{number}01")
    pass_time(api, minutes=60)
    body = {"parcel": f"{number}01", "note": "nobody finds it"}
    assert code_of(await lena.posts(f"{POINT}/write-offs", body)) == "proof_required"
    assert (await order_of(api, number)).outcome is None


async def test_one_parcel_is_written_off_once_by_whoever_is_first(api: Api) -> None:
    number = await ready(api)
    lena, ira = await begin(api, "lena"), await begin(api, "ira")
    await given_up(api, lena, f"{number}01")
    await prove(api, ira)
    body = {"parcel": f"{number}01", "note": "nobody finds it"}
    answers = await asyncio.gather(*(x.posts(f"{POINT}/write-offs", body) for x in (lena, ira)))
    assert all(each.status_code == 200 for each in answers), [x.text for x in answers]
    assert [each.amount for each in (await order_of(api, number)).refunds] == [99_800]


async def test_no_other_points_parcel_is_moved_searched_for_or_counted_away(api: Api) -> None:
    number = await ready(api, delivery={"method": "pickup", "point": "KZN-2"})
    before = (await order_of(api, number)).parcels
    lena = await begin(api, "lena")
    for path in ("moves", "searches", "inventories"):
        body = {"from": "54-35", "to": "1-1"} if path == "moves" else {"parcel": f"{number}01"}
        answer = await lena.posts(f"/points/KZN-2/{path}", {} if path == "inventories" else body)
        assert answer.status_code in {403, 409}, answer.text
    moved = await lena.posts(f"{POINT}/moves", {"from": "54-35", "to": "1-1"})
    assert moved.json()["outcomes"] == []
    assert code_of(await lena.posts(f"{POINT}/searches", {"parcel": number})) == "wrong_point"
    count = (await lena.posts(f"{POINT}/inventories")).json()["id"]
    path = f"{POINT}/inventories/{count}"
    said = await lena.posts(f"{path}/scans", {"cell": "1-1", "code": f"{number}01"})
    assert (said.json()["result"], said.json()["lies"]) == ("unknown", None)
    await lena.posts(f"{path}/closing")
    assert (await lena.posts(f"{path}/moves")).json()["outcomes"] == []
    assert (await order_of(api, number)).parcels == before


async def test_who_counts_blind_is_seen_to_have_typed(api: Api) -> None:
    here, gone = await ready(api, customer=BORIS), await ready(api, customer=BORIS)
    lena, ira = await begin(api, "lena"), await begin(api, "ira")
    pass_time(api, minutes=1)
    started = (await ira.posts(f"{POINT}/searches", {"parcel": f"{gone}01"})).json()
    count = (await lena.posts(f"{POINT}/inventories")).json()["id"]
    path = f"{POINT}/inventories/{count}"
    for number in (here, gone):
        body = {"cell": "54-35", "code": f"{number}01", "typed": True}
        assert (await lena.posts(f"{path}/scans", body)).json()["result"] == "found"
    report = (await lena.posts(f"{path}/closing")).json()
    assert (report["figures"]["found"], report["figures"]["typed"]) == (2, 2)
    still = (await ira.gets(f"{POINT}/searches/{started['id']}")).json()
    assert still["state"] == "open", "what was typed is in nobody's hands"


async def test_a_part_that_is_lost_takes_the_rest_of_its_order_back(api: Api) -> None:
    number = await ready(api, TWO_BOXES)
    lena = await begin(api, "lena")
    await given_up(api, lena, f"{number}01")
    body = {"parcel": f"{number}01", "note": "nobody finds it"}
    done = await lena.posts(f"{POINT}/write-offs", body)
    assert done.status_code == 200, done.text
    order = await order_of(api, number)
    assert [each.amount for each in order.refunds] == [99_800]
    stages = {each.barcode[-2:]: each.stage.value for each in order.parcels}
    assert stages == {"01": "received_back", "02": "shelved"}
