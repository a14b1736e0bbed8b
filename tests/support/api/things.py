"""What the authorisation matrix asks about: a new case, a webhook and somebody of a shop."""

from uuid import uuid4

from gotovo.access.staff.grants import StaffGrant
from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.actor import DEFAULT_SHOP_NAME, Role
from tests.support.access.staff import hire
from tests.support.api.network import Api

HOOK = "https://shop.example/hooks"


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
