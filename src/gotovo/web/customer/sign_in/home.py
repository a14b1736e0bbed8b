"""The home page: signing in is how an order is found."""

from starlette.responses import Response

from gotovo.order.values.number import grouped, parse
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit


async def home_page(visit: Visit) -> Response:
    """Ask for a phone number; a signed-in browser is redirected to its orders."""
    number = parse(visit.query("number"))
    if visit.session is not None:
        return see_other(visit, f"/orders/{number}" if number else "/orders")
    return render(
        visit,
        "customer/sign_in/home.html",
        phone=visit.query("phone"),
        number=grouped(number) if number else "",
        wrong="",
    )
