"""Visits, put together from the settings: what is counted is flagged in the security log."""

from typing import Any
from uuid import UUID, uuid5

import asyncpg

from gotovo.access.access_log import AccessLog
from gotovo.assembly.desk.visits import desk_visits
from gotovo.desk.handover.approvals import NoApprovals
from gotovo.desk.handover.completion import stop
from gotovo.desk.handover.identification import ByClerk
from gotovo.desk.handover.visit import BuyerVisit
from gotovo.desk.handover.visiting import Clerk, Submit, Write
from gotovo.engine.engine import Engine
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.handover.proofs import NoCodeReason
from gotovo.order.values.order import place_of
from gotovo.store.tables.access.access_log import AccessLogStore
from tests.support.assembly.runtime import runtime_over, security_log_over
from tests.support.web.cast import ALINA, HOUR, NOW, Cast, Clock
from tests.support.web.goods import MUG

KIND = "handover.without_code_often"


def submitting(engine: Engine, clerk: Clerk) -> Submit:
    async def submit(write: Write) -> SubmissionResult:
        submission = Submission(
            uuid5(clerk.request_id, write.key), write.number, write.command, clerk.actor, bytes(16)
        )
        return await engine.submit(submission)

    return submit


async def test_who_issues_without_codes_more_often_than_the_setting_is_in_the_security_log(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW - 30 * HOUR, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 29 * HOUR), NOW - 5 * HOUR)
    runtime = runtime_over(pool, engine, clock, without_code_per_shift=2)
    await runtime.directory.refresh()
    security_log = security_log_over(runtime)
    visiting = desk_visits(
        runtime, NoApprovals(), AccessLog(AccessLogStore(pool), clock), security_log
    )
    point = place_of(order)
    lena = Actor(Role.POINT, "lena", point)
    shown = ByClerk(order.number, NoCodeReason.NO_PHONE)
    for number in range(1, 4):
        clerk = Clerk(lena, point, UUID(int=2 * number))
        visit = await visiting.open(shown, clerk, submitting(engine, clerk))
        assert isinstance(visit, BuyerVisit), visit
        clerk = Clerk(lena, point, UUID(int=2 * number + 1))
        assert await stop(visiting, visit.id, clerk, submitting(engine, clerk))
        await security_log.write()
        rows = await pool.fetch("select actor, subject from security_log where kind = $1", KIND)
        flagged = [("point:lena", f"order:{order.number}")] if number == 3 else []
        assert [(row["actor"], row["subject"]) for row in rows] == flagged
