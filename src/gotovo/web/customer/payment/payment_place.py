"""Where an order is paid: on the pages of its owner, or by its link, without signing in."""

from msgspec import Struct

from gotovo.access.buyer_requests.pay_links import PAY_PATH, pay_token
from gotovo.order.values.order import Order
from gotovo.web.site.visit import Visit


class PaymentPlace(Struct, frozen=True):
    """An order and the paths of its payment: where it begins, and where it is followed.

    `order_path` shows the order; the form of the payment is there, or at `pay_path` for a link.
    Live updates begin after `cursor`, None without a session.
    """

    order: Order
    pay_path: str
    order_path: str
    status_path: str
    is_owner: bool
    cursor: str | None = None

    @property
    def bank_path(self) -> str:
        """Return the page that leads to the bank."""
        return f"{self.pay_path}/bank"


def place_of_owner(order: Order, cursor: str | None = None) -> PaymentPlace:
    """Return where the owner pays, signed in."""
    path = f"/orders/{order.number}"
    payment = f"{path}/payment"
    return PaymentPlace(order, payment, path, payment, is_owner=True, cursor=cursor)


def place_of_link(order: Order, token: str) -> PaymentPlace:
    """Return where anybody pays who has the link."""
    path = f"{PAY_PATH}{token}"
    return PaymentPlace(order, path, path, f"{path}/return", is_owner=False)


def return_url(visit: Visit, order: Order) -> str:
    """Return where a bank's page leads back to: the link, which needs no session.

    The app of a bank often opens another browser than the one that the buyer came from.
    """
    site = visit.dependencies.public_url or f"http://{visit.request.headers.get('host', '')}"
    token = pay_token(visit.dependencies.tokens.key, order)
    return f"{site.rstrip('/')}{PAY_PATH}{token}/return"
