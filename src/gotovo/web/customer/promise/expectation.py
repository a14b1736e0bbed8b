"""The forecast of an order under way, from how long earlier orders took."""

from gotovo.order.account.handover_place import HandoverPlace
from gotovo.order.forecast.forecast import Outlook, outlook
from gotovo.order.values.order import Order
from gotovo.web.site.visit import Visit


def outlook_of(visit: Visit, order: Order, place: HandoverPlace) -> Outlook | None:
    """Return the forecast to show; None when too few orders have been observed."""
    opening = place.point.timetable if place.point else None
    return outlook(order, visit.dependencies.duration_model(), place.time_zone, opening, visit.now)
