"""What hangs on an order, as the tests of many endpoints add it: pictures, cases, couriers."""

from gotovo.attachments.content_check import AttachmentRefusal
from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.number import home_of
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentPurpose,
    of_order,
)
from tests.support.api.network import Api, captured
from tests.support.attachments.samples import photo

REMOVAL = "?reason=added_by_mistake"


async def new_attachment(
    api: Api, number: str, purpose: AttachmentPurpose = AttachmentPurpose.CONDITION
) -> str:
    """Return the id of a new picture of an order."""
    attachments = api.network.dependencies.attachments
    content = await attachments.prepare(photo("PNG", (40 + home_of(number), 20)))
    assert isinstance(content, AttachmentContent)
    stored = await attachments.put(of_order(number), purpose, content, "point:somebody")
    assert not isinstance(stored, AttachmentRefusal), stored
    return str(stored.id)


async def new_case(api: Api, number: str, shop: str) -> str:
    """Return the id of a new case of an order."""
    now = api.network.clock()
    case = NewCase(kind=CaseKind.DISPUTE, subject=number, opened_at=now, number=number, shop=shop)
    assert await api.network.dependencies.cases.open(case)
    return str(case.id)


async def on_round(api: Api, number: str, courier: str) -> None:
    """Let a courier carry an order to its buyer."""
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step)
    await api.step(number, "dispatch", courier=courier)
