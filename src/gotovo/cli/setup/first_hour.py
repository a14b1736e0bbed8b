"""The course of a set-up: look, plan, make, carry the test order through, and look again."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import asyncpg
from msgspec import structs

from gotovo.assembly.background import mail_channel_of
from gotovo.assembly.runtime import Runtime, open_runtime, utc_now
from gotovo.cli.context import print_status
from gotovo.cli.setup.answers import Answers
from gotovo.cli.setup.first_things import Plan, make, make_key, plan_of
from gotovo.cli.setup.inspection import Standing, database_finding, findings_of, look
from gotovo.cli.setup.report import FindingState, SetupFinding
from gotovo.cli.setup.trial_message import send_test_message
from gotovo.cli.setup.trial_order import TrialRefused, carry_test_order
from gotovo.config import Settings
from gotovo.order.values.order import Order
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.directory import Directory


async def stands(chosen: Settings, url: str) -> list[SetupFinding]:
    """Return what stands in a database; on an older schema, only that."""
    pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
    try:
        async with pool.acquire() as connection:
            version = connection.get_server_version()
            missing = await pending(cast("asyncpg.Connection[Any]", connection))
            found = database_finding(chosen, version.major, len(missing))
        if found.state is FindingState.MISSING:
            return [found]
        standing = await look(pool, Directory(pool), utc_now())
        return [found, *findings_of(standing, chosen)]
    finally:
        await pool.close()


async def carried_out(
    chosen: Settings, url: str, answers: Answers
) -> tuple[list[SetupFinding], str]:
    """Make what is missing and answered for; return what stands then, and a new key's token.

    The key is made last: its token is told once, and nothing may fail in between.
    """
    async with open_runtime(chosen, url) as runtime:
        async with runtime.pool.acquire() as connection:
            found = database_finding(chosen, connection.get_server_version().major, 0)
        before = await look(runtime.pool, runtime.directory, runtime.clock())
        mail = mail_channel_of(runtime)
        plan = plan_of(before, answers, has_mail=mail is not None)
        await make(runtime, plan, before)
        troubles = {
            "test_order": await _test_order(runtime, plan, before),
            "channel": await send_test_message(
                mail, plan.mail_to, runtime.clock(), chosen.language
            ),
        }
        token = await make_key(runtime) if plan.with_key else ""
        after = await look(runtime.pool, runtime.directory, runtime.clock())
    return [found, *_findings(before, after, chosen, troubles)], token


def _findings(
    before: Standing, after: Standing, chosen: Settings, troubles: Mapping[str, str]
) -> Iterator[SetupFinding]:
    """Return what stands, marked where this run has made it or got into trouble over it."""
    for old, new in zip(findings_of(before, chosen), findings_of(after, chosen), strict=True):
        trouble = troubles.get(new.step, "")
        if trouble:
            yield SetupFinding(new.step, FindingState.MISSING, new.text, trouble)
        elif new.state is FindingState.STANDS and new != old:
            yield structs.replace(new, state=FindingState.MADE)
        else:
            yield new


async def _test_order(runtime: Runtime, plan: Plan, before: Standing) -> str:
    """Carry the test order through if it is planned; return why it was refused, if it was."""
    point = plan.point or before.point
    if plan.buyer is None or point is None:
        return ""
    try:
        await carry_test_order(runtime, before.test_order, plan.buyer, point, _report)
    except TrialRefused as error:
        return str(error)
    return ""


def _report(order: Order) -> None:
    print_status(f"Test order {order.number}: {order.stage}")
