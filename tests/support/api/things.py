"""What hangs on an order or a shop, as the tests of many endpoints add it."""

from uuid import uuid4

from gotovo.access.staff.grants import StaffGrant
from gotovo.attachments.content_check import AttachmentRefusal
from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.actor import DEFAULT_SHOP_NAME, Role
from gotovo.order.values.number import home_of
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentPurpose,
    of_order,
)
from tests.support.access.staff import hire
from tests.support.api.network import Api, captured
from tests.support.attachments.samples import photo

HOOK = "https://shop.example/hooks"
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


async def new_webhook(api: Api, shop: str) -> str:
    """Return the id of a new webhook of a shop."""
    answer = await api.post("/webhooks", {"url": HOOK, "shop": shop or DEFAULT_SHOP_NAME})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def new_staff(api: Api, shop: str) -> tuple[str, str]:
    """Return the ids of somebody new of a shop's support, and of their grant."""
    access, now = api.network.dependencies.staff, api.network.clock()
    grant = StaffGrant(Role.SUPPORT, shop=shop)
    person = await hire(access, f"p-{uuid4().hex[:8]}", grant, now=now)
    return str(person), str((await access.people.grants_of([person]))[0].id)


async def on_round(api: Api, number: str, courier: str) -> None:
    """Let a courier carry an order to its buyer."""
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step)
    await api.step(number, "dispatch", courier=courier)
