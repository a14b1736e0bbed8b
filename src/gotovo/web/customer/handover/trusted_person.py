"""Trusted person: a second code for somebody the buyer sends; it works once and can be revoked."""

from typing import Final

from starlette.responses import Response

from gotovo.order.account.handover_place import handover_place
from gotovo.order.account.offered_actions import offers_trusted_person
from gotovo.order.account.shown_codes import shown_trusted_code
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.permissions import buyer_circumstances
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit

_PAGE: Final = "/trusted-person"


async def trusted_person_page(visit: Visit, order: Order) -> Response:
    """Show the second code with a text to forward, or offer to make one."""
    place = handover_place(order, visit.dependencies.places())
    code = shown_trusted_code(order, visit.dependencies.codes)
    if not code and not offers_trusted_person(order, buyer_circumstances(visit, order)):
        raise ActionUnavailable(order)
    return render(
        visit,
        "customer/handover/trusted_person.html",
        order=order,
        place=place,
        zone=place.time_zone,
        code=code,
    )


async def name_trusted_person(visit: Visit, order: Order) -> Response:
    """Make a code for somebody else."""
    return await submit_action(visit, order, NameTrusted(), leads_to=_PAGE)


async def revoke_trusted_person(visit: Visit, order: Order) -> Response:
    """Revoke the code."""
    return await submit_action(visit, order, RevokeTrusted(), leads_to=_PAGE)
