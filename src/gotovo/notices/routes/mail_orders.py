"""What an e-mail has beside its text: a button to the orders, and the orders for the mail program.

Mail programs read schema.org (JSON-LD) and show an order's state and its way above the text. They
get what the text and the page say, and no code: whatever reads mail for its owner may store it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gotovo.notices.channels.mail_content import MailLink
from gotovo.order.values.order import Order
from gotovo.points.point import Point
from gotovo.words.formats.schema_org import order_data
from gotovo.words.language import Language
from gotovo.words.translations import Translator

_MERCHANT: Final = {"@type": "Organization", "name": "Gotovo"}


def mail_link(site: str, numbers: Sequence[str], language: Language) -> MailLink | None:
    """Return the button that opens the order, or all of them; None without a site."""
    if not site or not numbers:
        return None
    _ = Translator(language).gettext
    if len(numbers) > 1:
        return MailLink(_("Open my orders"), f"{site}/orders")
    return MailLink(_("Open the order"), order_address(site, numbers[0]))


def mail_data(site: str, orders: Sequence[Order], point: Point | None) -> object:
    """Return the JSON-LD of some orders, one or a list; None where there are none."""
    found = [_order(site, order, point) for order in orders]
    return found[0] if len(found) == 1 else found or None


def order_address(site: str, number: str) -> str:
    """Return the address of an order's page, empty without a site."""
    return f"{site}/orders/{number}" if site else ""


def _order(site: str, order: Order, point: Point | None) -> Mapping[str, Any]:
    address = order_address(site, order.number)
    data = order_data(order, point, address)
    named = {"@type": "Order", "orderNumber": order.number, "merchant": _MERCHANT}
    data["orderDelivery"] |= {"partOfOrder": named}
    action = {"potentialAction": {"@type": "ViewAction", "target": address}} if address else {}
    return {**data, "orderNumber": order.number, "merchant": _MERCHANT, **action}
