"""Trusted person: a second code for somebody the buyer sends, good once, and taken back at will."""

from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.values.order import Order
from gotovo.web.answer import Answer
from gotovo.web.customer.order.order_page import overtaken
from gotovo.web.customer.steps import own_order
from gotovo.web.customer.steps.possible import living_code, possible
from gotovo.web.customer.steps.submit_action import ask_engine
from gotovo.web.site.visit import Visit


async def trusted_person(visit: Visit, number: str) -> Answer:
    """Show the second code with a text to forward, or offer to make one."""
    order = await own_order.own_order(visit, number)
    if not isinstance(order, Order):
        return order
    place = own_order.place_of(order, visit.parts.places())
    code = living_code(order, visit.parts.secret)
    if not code and not possible(order, place.point, visit.parts.terms, visit.now).trust:
        return await overtaken(visit, order)
    return visit.page(
        "customer/handover/trusted_person.html",
        order=order,
        place=place,
        zone=place.time_zone,
        code=code,
    )


async def name_trusted(visit: Visit, number: str) -> Answer:
    """Make a code for somebody else."""
    return await _asked(visit, number, NameTrusted())


async def revoke_trusted(visit: Visit, number: str) -> Answer:
    """Take the code back."""
    return await _asked(visit, number, RevokeTrusted())


async def _asked(visit: Visit, number: str, command: NameTrusted | RevokeTrusted) -> Answer:
    form = await visit.form()
    order = await own_order.own_order(visit, number)
    if not isinstance(order, Order):
        return order
    once = form.get("once", "")
    return await ask_engine(visit, order, command, once, leads_to="/trusted-person")
