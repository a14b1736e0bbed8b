"""The report of a shift is what its person did in it, and nothing of anybody else's."""

import csv
import io
from typing import Any

from gotovo.desk.shift_report import ShiftFigure
from tests.api.resources.shifts.test_approvals import asked, at_work, decided
from tests.support.api.clerks import MANAGER, Clerk, clerk, handheld, pass_time
from tests.support.api.network import Api, captured


async def dispatched(api: Api) -> str:
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing", "dispatch"):
        await api.step(number, step)
    return number


async def done(by: Clerk, number: str, step: str, **body: Any) -> dict[str, Any]:
    response = await by.posts(f"/orders/{number}/{step}", body)
    assert response.status_code == 200, response.text
    return response.json()


async def report(by: Clerk, shift: dict[str, Any], form: str = "json") -> Any:
    path = f"/points/{shift['point']}/shifts/{shift['id']}/report?form={form}"
    response = await by.gets(path)
    assert response.status_code == 200, response.text
    return response


async def orders(by: Clerk, shift: dict[str, Any], figure: str) -> dict[str, Any]:
    path = f"/points/{shift['point']}/shifts/{shift['id']}/orders?figure={figure}"
    response = await by.gets(path)
    assert response.status_code == 200, response.text
    return response.json()


async def seen_by(api: Api, number: str) -> str:
    """Return who has looked at an order, as one text."""
    pool = api.network.pool
    rows = await pool.fetch("select actor from order_look where subject = $1", number)
    return " ".join(row["actor"] for row in rows)


async def test_a_figure_that_there_is_not_is_named(api: Api) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    shift = await anna.begins()
    answer = await anna.gets(f"/points/KZN-1/shifts/{shift['id']}/orders?figure=stolen")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


async def test_a_morning_is_counted_exactly(api: Api) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    shift = await anna.begins()
    numbers = [await dispatched(api) for _ in range(3)]
    for number in numbers:
        pass_time(api, minutes=1)
        await done(anna, number, "arrival")
        await done(anna, number, "shelving", cell="54-35")
    whole, part, refused = numbers
    await done(anna, whole, "handover", code=api.code(whole))
    for number, units in ((part, 1), (refused, 2)):
        left = [{"line": 1, "quantity": units}]
        await done(anna, number, "handover", code=api.code(number), refused=left)
    await done(anna, whole, "return", units=[{"line": 1, "quantity": 1}])
    boris = await at_work(api, "boris")
    other = await dispatched(api)
    await done(boris, other, "arrival")
    approval = await asked(anna)
    await decided(boris, approval)
    pass_time(api, minutes=57)
    found = (await report(anna, shift)).json()
    assert found.pop("shift") == shift
    assert found == {
        "accepted": 3,
        "shelved": 3,
        "issued_whole": 1,
        "issued_part": 1,
        "without_code": 0,
        "refused": 1,
        "refused_units": 1,
        "returns": 1,
        "corrections": 0,
        "approvals": {"asked": 1, "asked_and_granted": 1, "granted": 0, "denied": 0},
        "money_taken": [],
        "steps": 10,
        "first_step_at": "2026-11-22T11:06:00Z",
        "last_step_at": "2026-11-22T11:08:00Z",
        "steps_per_hour": 10.0,
        "is_complete": True,
    }
    behind = {
        figure: [(x["number"], x["count"]) for x in (await orders(anna, shift, figure))["items"]]
        for figure in ShiftFigure
    }
    assert behind == {
        "accepted": [(number, 1) for number in numbers],
        "shelved": [(number, 1) for number in numbers],
        "issued_whole": [(whole, 1)],
        "issued_part": [(part, 1)],
        "without_code": [],
        "refused": [(refused, 1)],
        "returns": [(whole, 1)],
        "corrections": [],
    }
    await api.network.dependencies.access_log.write()
    assert anna.actor in await seen_by(api, refused)
    of_boris = (await boris.gets("/points/KZN-1/shifts?open=true")).json()["items"][0]
    theirs = (await report(boris, of_boris)).json()
    assert (theirs["accepted"], theirs["steps"]) == (1, 1)
    assert theirs["approvals"]["granted"] == 1


async def test_what_was_done_after_a_shift_is_in_the_next_one(api: Api) -> None:
    device = (await handheld(api))[1]
    anna = await clerk(api, "anna", device=device)
    first = await anna.begins()
    number = await dispatched(api)
    await done(anna, number, "arrival")
    pass_time(api, minutes=10)
    await anna.ends(first)
    anna = await clerk(api, "anna", person=anna.person, device=device)
    second = await anna.begins()
    await done(anna, number, "shelving", cell="A-1")
    pass_time(api, minutes=10)
    figures = [(await report(anna, each)).json() for each in (first, second)]
    assert [(x["accepted"], x["shelved"]) for x in figures] == [(1, 0), (0, 1)]


async def test_as_csv_it_is_a_head_and_a_row(api: Api) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    shift = await anna.begins()
    await done(anna, await dispatched(api), "arrival")
    response = await report(anna, shift, "csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    (row,) = csv.DictReader(io.StringIO(response.text))
    assert row["shift"] == shift["id"]
    assert (row["accepted"], row["approvals_asked"], row["is_complete"]) == ("1", "0", "yes")
    assert row["ended_at"] == ""


async def test_a_clerk_reads_no_colleague_s_report_and_a_manager_does(api: Api) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    shift = await anna.begins()
    boris, vera = await clerk(api, "boris"), await clerk(api, "vera", MANAGER)
    path = f"/points/KZN-1/shifts/{shift['id']}/report"
    assert (await boris.gets(path)).json()["code"] == "unknown_shift"
    assert (await vera.gets(path)).status_code == 200
    assert (await api.get(path, "support")).status_code == 200


async def test_the_journal_is_read_by_the_index_of_staff(api: Api) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    await anna.begins()
    number = await dispatched(api)
    await done(anna, number, "arrival")
    pool = api.network.pool
    await pool.execute("analyze event")
    plans = await pool.fetch("select indexdef from pg_indexes where indexname = 'event_by_staff'")
    assert "~~ '%:staff-%'" in plans[0]["indexdef"]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")
        for mode in ("force_custom_plan", "force_generic_plan"):
            await connection.execute(f"set local plan_cache_mode = {mode}")
            lines = await connection.fetch(
                "explain select number from event where actor = any($1::text[])"
                " and actor like '%:staff-%' and at >= $2 and at < $3"
                " order by at, number, version limit $4",
                [f"point:{anna.actor}"],
                api.network.clock(),
                api.network.clock(),
                10,
            )
            assert "event_by_staff" in "\n".join(each[0] for each in lines), mode
