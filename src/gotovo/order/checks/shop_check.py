"""Shop check: nobody of another shop does anything with an order, or learns of it (rule 4.18)."""

from gotovo.order.facts import Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Order


def of_another_shop(order: Order | None, actor: Actor) -> Decision | None:
    """Refuse an order of another shop in the words of one that does not exist."""
    if actor.shop is None or order is None or actor.shop == order.shop:
        return None
    return refuse(Code.UNKNOWN_ORDER)


def for_another_shop(shop: str, actor: Actor) -> Decision | None:
    """Refuse to place an order for a shop that is not the actor's own."""
    if actor.shop is None or actor.shop == shop:
        return None
    return refuse(Code.NOT_PERMITTED, "shop", shop, actor.shop)
