"""Trusted person: a second code for somebody the buyer sends, good once, and taken back at will."""

from gotovo.order.order import Order
from gotovo.order.steps.trust import NameTrusted, RevokeTrusted
from gotovo.web.answer import Answer
from gotovo.web.customer import owned
from gotovo.web.customer.asking import ask_engine
from gotovo.web.customer.order_page import overtaken
from gotovo.web.customer.possible import living_code, possible
from gotovo.web.visit import Visit


async def trusted_person(visit: Visit, number: str) -> Answer:
    """Show the second code with a text to forward, or offer to make one."""
    order = await owned.own_order(visit, number)
    if not isinstance(order, Order):
        return order
    place = owned.place_of(order, visit.parts.places())
    code = living_code(order, visit.parts.secret)
    if not code and not possible(order, place.point, visit.parts.terms, visit.now).trust:
        return await overtaken(visit, order)
    return visit.page(
        "customer/trusted_person.html",
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
    order = await owned.own_order(visit, number)
    if not isinstance(order, Order):
        return order
    once = form.get("once", "")
    return await ask_engine(visit, order, command, once, leads_to="/trusted-person")
