"""Nobody issues to themselves: a clerk's own order is a colleague's work (rule 4.4).

Only the phone tells that a clerk is the buyer. Whom a buyer names as the trusted person is known
to nobody but the two of them, so a clerk who is sent for somebody's order can't be told from anyone
else; what they issue is in the history under their name.
"""

from gotovo.order.facts import Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Order


def own_order(order: Order, actor: Actor) -> Decision | None:
    """Refuse a clerk or a courier who is the buyer of the order."""
    if actor.own_customer and actor.own_customer == order.customer:
        return refuse(Code.OWN_ORDER, "actor", actor.id)
    return None
