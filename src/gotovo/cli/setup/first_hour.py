"""The course of a set-up: look, plan, make, carry the test order through, and look again."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import asyncpg
from msgspec import Struct, structs

from gotovo.assembly.machine_clock import utc_now
from gotovo.assembly.notices.sms_channel import receipts_to_enter
from gotovo.assembly.runtime import Runtime, open_runtime
from gotovo.cli.context import print_status
from gotovo.cli.setup.first_things import Plan, make, make_key
from gotovo.cli.setup.inspection import Standing, database_finding, findings_of, look
from gotovo.cli.setup.report import FindingState, SetupFinding
from gotovo.cli.setup.trial_message import send_test_message, send_test_sms
from gotovo.cli.setup.trial_order import TrialRefused, carry_test_order
from gotovo.config import Settings
from gotovo.order.values.order import Order
from gotovo.store.postgres.migrations import pending
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.directory import Directory
from gotovo.words.statuses import stage_label
from gotovo.words.translations import Translator


class Seen(Struct, frozen=True):
    """What stands before anybody is asked, and which channels there are."""

    standing: Standing
    has_mail: bool
    has_sms: bool


async def stands(chosen: Settings, url: str, words: Translator) -> list[SetupFinding]:
    """Return what stands in a database; on an older schema, only that."""
    pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
    try:
        async with pool.acquire() as connection:
            version = connection.get_server_version()
            missing = await pending(cast("asyncpg.Connection[Any]", connection))
            found = database_finding(chosen, version.major, len(missing), words)
        if found.state is FindingState.MISSING:
            return [found]
        standing = await look(pool, Directory(pool), utc_now())
        receipts = receipts_to_enter(chosen, utc_now())
        return [found, *findings_of(standing, chosen, words, receipts)]
    finally:
        await pool.close()


async def seen(chosen: Settings, url: str) -> Seen:
    """Migrate the database, and return what stands there."""
    async with open_runtime(chosen, url) as runtime:
        standing = await look(runtime.pool, runtime.directory, runtime.clock())
        return Seen(standing, runtime.channels.mail is not None, runtime.channels.sms is not None)


async def carried_out(
    chosen: Settings, url: str, plan: Plan, words: Translator
) -> tuple[list[SetupFinding], str]:
    """Make what is planned; return what stands then, and a new key's token.

    The key is made last: its token is told once, and nothing may fail in between.
    """
    async with open_runtime(chosen, url) as runtime:
        async with runtime.pool.acquire() as connection:
            found = database_finding(chosen, connection.get_server_version().major, 0, words)
        before = await look(runtime.pool, runtime.directory, runtime.clock())
        await make(runtime, plan, before)
        troubles = {
            "test_order": await _test_order(runtime, plan, before, words),
            "channel": await _test_messages(runtime, plan, words),
        }
        token = await make_key(runtime) if plan.with_key else ""
        after = await look(runtime.pool, runtime.directory, runtime.clock())
    receipts = receipts_to_enter(chosen, utc_now())
    old, new = (findings_of(each, chosen, words, receipts) for each in (before, after))
    return [found, *_findings(old, new, troubles)], token


def _findings(
    before: list[SetupFinding], after: list[SetupFinding], troubles: Mapping[str, str]
) -> Iterator[SetupFinding]:
    """Return what stands, marked where this run has made it or got into trouble over it."""
    for old, new in zip(before, after, strict=True):
        trouble = troubles.get(new.step, "")
        if trouble:
            yield SetupFinding(new.step, FindingState.MISSING, new.text, trouble)
        elif new.state is FindingState.STANDS and new != old:
            yield structs.replace(new, state=FindingState.MADE)
        else:
            yield new


async def _test_messages(runtime: Runtime, plan: Plan, words: Translator) -> str:
    """Send the test messages that somebody asked for; return why one was not taken."""
    channels, now, language = runtime.channels, runtime.clock(), words.language
    phone = channels.phone if channels.sms is not None else None
    troubles = (
        await send_test_message(channels.mail, plan.mail_to, now, language),
        await send_test_sms(phone, plan.sms_to, now, language),
    )
    return " ".join(each for each in troubles if each)


async def _test_order(runtime: Runtime, plan: Plan, before: Standing, words: Translator) -> str:
    """Carry the test order through if it is planned; return why it was refused, if it was."""
    point = plan.point or before.point
    if plan.buyer is None or point is None:
        return ""

    def report(order: Order) -> None:
        stage = stage_label(order.stage, words.language)
        print_status(
            words.gettext("Test order {number}: {stage}", number=order.number, stage=stage)
        )

    try:
        await carry_test_order(runtime, before.test_order, plan.buyer, point, report, words)
    except TrialRefused as error:
        return str(error)
    return ""
