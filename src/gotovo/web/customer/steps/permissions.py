"""What the buyer may do with an order now, as `order.allowed` says."""

from gotovo.order.account import offered_actions as account
from gotovo.order.allowed import allowed
from gotovo.order.facts import Circumstances
from gotovo.order.values.order import Order
from gotovo.web.site.visit import Visit


def buyer_circumstances(visit: Visit, order: Order) -> Circumstances:
    """Return the circumstances of a step that the order's buyer takes now."""
    points, terms = visit.dependencies.places()[0], visit.dependencies.terms
    return account.buyer_circumstances(order, visit.now, points, terms)


def may(visit: Visit, order: Order, step: str) -> bool:
    """Tell whether the buyer may take a step of the lifecycle now."""
    return allowed(order, step, buyer_circumstances(visit, order))
