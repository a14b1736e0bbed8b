"""What is expected of an order under way: learnt from how long the same way really took."""

from gotovo.order.forecast.forecast import Outlook, outlook
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.own_order import HandoverPlace
from gotovo.web.site.visit import Visit


def outlook_of(visit: Visit, order: Order, place: HandoverPlace) -> Outlook | None:
    """Return what to tell, from this process's picture alone; None when too little is known."""
    opening = place.point.timetable if place.point else None
    return outlook(order, visit.dependencies.duration_model(), place.time_zone, opening, visit.now)
