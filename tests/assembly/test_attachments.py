"""Photos and files go by their purpose, in time or with their buyer, unless a case needs them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.assembly.retention import Retention
from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.engine.engine import Engine
from gotovo.order.values.order import Order
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentKind,
    AttachmentPurpose,
    AttachmentSubject,
    of_order,
)
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.web.site.dependencies import WebDependencies
from tests.support.assembly.runtime import runtime_over
from tests.support.attachments.samples import photo
from tests.support.web.cast import DAY, NOW, Cast, Clock
from tests.support.web.sample_orders.closed_orders import partly_issued

CLAIM, CONDITION, PROOF = AttachmentPurpose


@pytest.fixture
def job(pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock) -> Retention:
    """Give the job with the default settings."""
    return Retention(runtime_over(pool, engine, clock))


async def one_of_each(dependencies: WebDependencies, subject: AttachmentSubject) -> None:
    """Add a picture for each purpose."""
    for height, purpose in enumerate(AttachmentPurpose, 10):
        content = await dependencies.attachments.prepare(photo("PNG", (20, height)))
        assert isinstance(content, AttachmentContent)
        await dependencies.attachments.put(subject, purpose, content, "point:k")


async def left(pool: "asyncpg.Pool[Any]") -> set[str]:
    """Return the purposes of what is left."""
    return {row["purpose"] for row in await pool.fetch("select purpose from attachment")}


async def disputed(pool: "asyncpg.Pool[Any]", order: Order, now: datetime) -> NewCase:
    """Open a case of an order."""
    case = NewCase(kind=CaseKind.DISPUTE, subject=order.number, opened_at=now, number=order.number)
    assert await CaseStore(pool).open(case)
    return case


async def resolve(pool: "asyncpg.Pool[Any]", case: NewCase, now: datetime) -> None:
    """Resolve a case as nothing but the database needs it."""
    await pool.execute(
        "update case_file set resolution = 'accept', resolved_by = 'support:s', resolved_at = $2"
        " where id = $1",
        case.id,
        now,
    )


async def test_claims_go_before_proofs(
    cast: Cast,
    clock: Clock,
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    job: Retention,
) -> None:
    order = await partly_issued(cast)
    await one_of_each(dependencies, of_order(order.number))
    for days, purposes in ((300, {CLAIM, CONDITION, PROOF}), (400, {PROOF}), (1_130, set[str]())):
        clock.now = NOW + days * DAY
        due = await job.count_due()
        removed = await job.run(whole=True)
        assert await left(pool) == purposes
        for rule in ("claim-attachments", "staff-attachments", "proof-attachments"):
            assert due[rule] >= removed[rule]


async def test_while_a_case_is_open_nothing_of_its_order_goes(
    cast: Cast,
    clock: Clock,
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    job: Retention,
) -> None:
    order = await partly_issued(cast)
    await one_of_each(dependencies, of_order(order.number))
    case = await disputed(pool, order, NOW)
    clock.now = NOW + 2_000 * DAY
    await job.run(whole=True)
    assert await left(pool) == {CLAIM, CONDITION, PROOF}
    await resolve(pool, case, clock.now)
    await job.run(whole=True)
    assert await left(pool) == set()


async def test_an_erased_buyer_leaves_no_picture_of_theirs_but_those_of_an_open_case(
    cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    order, personal_data = await partly_issued(cast), PersonalData(pool)
    await one_of_each(dependencies, of_order(order.number))
    case = await disputed(pool, order, NOW)
    for erase in (personal_data.forget(order.customer), personal_data.forget_order(order.number)):
        await erase
        assert await left(pool) == {CLAIM, CONDITION, PROOF}
    await resolve(pool, case, NOW)
    await personal_data.forget(order.customer)
    assert await left(pool) == {CONDITION, PROOF}
    await one_of_each(dependencies, of_order(order.number))
    await personal_data.forget_order(order.number)
    assert await left(pool) == {CONDITION, PROOF}


async def test_what_belongs_to_no_order_goes_by_its_own_age(
    clock: Clock, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]", job: Retention
) -> None:
    kind = AttachmentKind.ACCEPTANCE
    await one_of_each(dependencies, AttachmentSubject(kind=kind, name=str(uuid4()), point="KZN-1"))
    clock.now = NOW + timedelta(days=364)
    await job.run(whole=True)
    assert await left(pool) == {CLAIM, CONDITION, PROOF}
    clock.now = NOW + timedelta(days=367)
    await job.run(whole=True)
    assert await left(pool) == {PROOF}
    clock.now = NOW + timedelta(days=1_097)
    await job.run(whole=True)
    assert await left(pool) == set()
