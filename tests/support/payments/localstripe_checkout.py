"""Checkout Sessions for localstripe, as far as Stripe documents what is used of them."""

import time
from typing import Any, ClassVar

from localstripe.errors import UserError
from localstripe.resources import (
    Event,
    List,
    PaymentIntent,
    PaymentMethod,
    StripeObject,
    schedule_webhook,
    store,
)

LIFETIME = 24 * 3600
SHORTEST = 30 * 60

_KNOWN = frozenset(
    {
        "mode",
        "submit_type",
        "payment_method_types",
        "line_items",
        "adaptive_pricing",
        "payment_intent_data",
        "metadata",
        "client_reference_id",
        "success_url",
        "cancel_url",
        "locale",
        "expires_at",
    }
)
_ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905
)


class CheckoutSession(StripeObject):
    """A page to pay on."""

    object = "checkout.session"
    _id_prefix = "cs_test_"
    _site: ClassVar = ""

    def __init__(self, **data: Any) -> None:
        unknown = sorted(data.keys() - _KNOWN)
        if unknown:
            raise _invalid("parameter_unknown", unknown[0])
        if data.get("mode") != "payment":
            raise _invalid("parameter_missing", "mode")
        for name in ("success_url", "cancel_url"):
            if not str(data.get(name, "")).startswith(("http://", "https://")):
                raise _invalid("url_invalid", name)
        total, currency = _total(data.get("line_items"))
        now = int(time.time())
        expires_at = int(data.get("expires_at", now + LIFETIME))
        if not now + SHORTEST <= expires_at <= now + LIFETIME:
            raise _invalid("", "expires_at")
        intent = data.get("payment_intent_data", {})
        if intent.get("capture_method", "automatic") not in {"automatic", "automatic_async"}:
            raise _invalid("", "payment_intent_data[capture_method]")
        super().__init__()
        self.mode = "payment"
        self.amount_total = total
        self.currency = currency
        self.client_reference_id = data.get("client_reference_id")
        self.metadata = data.get("metadata", {})
        self.success_url = data["success_url"]
        self.cancel_url = data["cancel_url"]
        self.locale = data.get("locale")
        self.expires_at = expires_at
        self.payment_status = "unpaid"
        self.payment_intent: str | None = None
        self._intent = intent
        self._ended = ""

    @property
    def status(self) -> str:
        """Return open, complete or expired."""
        if not self._ended and time.time() >= self.expires_at:
            return "expired"
        return self._ended or "open"

    @property
    def url(self) -> str | None:
        """Return where the page is while it can be used."""
        return f"{self._site}/c/pay/{self.id}" if self.status == "open" else None

    @classmethod
    def _expire(cls, id: str, **_nothing: Any) -> "CheckoutSession":  # noqa: A002
        """End a page that is open."""
        session = cls._api_retrieve(id)
        if session.status != "open":
            raise _invalid("", "session")
        session._ended = "expired"
        schedule_webhook(Event("checkout.session.expired", session))
        return session

    @classmethod
    def _listed(
        cls, payment_intent: str | None = None, limit: int = 10, starting_after: str | None = None
    ) -> List:
        """Return pages, also those of one payment, the newest first."""
        found = List("/v1/checkout/sessions", limit=limit, starting_after=starting_after)
        made = [each for each in store.values() if isinstance(each, cls)]
        found._list = [
            each for each in reversed(made) if payment_intent in {None, each.payment_intent}
        ]
        return found

    def _paid_with(self, card: str, amount: int | None) -> str:
        """Let a buyer pay with a card, or try to; return what became of it.

        With another amount the payment is one that contradicts what was asked for.
        """
        if self.status != "open":
            raise _invalid("", "session")
        details = {"number": card, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        method = PaymentMethod(type="card", card=details)
        intent = self._payment(amount)
        intent.payment_method = method.id
        intent.latest_charge = None
        try:
            intent._confirm(on_failure_now=intent._report_failure)
        except UserError:
            return "declined"
        self._ended, self.payment_status = "complete", "paid"
        schedule_webhook(Event("checkout.session.completed", self))
        return "paid"

    def _payment(self, amount: int | None) -> PaymentIntent:
        """Return the payment of the page, which the first card begins."""
        if self.payment_intent is not None:
            return PaymentIntent._api_retrieve(self.payment_intent)
        intent = PaymentIntent(
            amount=amount or self.amount_total,
            currency=self.currency,
            metadata=dict(self._intent.get("metadata", {})),
            capture_method=self._intent.get("capture_method"),
        )
        self.payment_intent = intent.id
        return intent


ROUTES = [
    ("POST", "/v1/checkout/sessions", CheckoutSession._api_create),
    ("GET", "/v1/checkout/sessions", CheckoutSession._listed),
    ("GET", "/v1/checkout/sessions/{id}", CheckoutSession._api_retrieve),
    ("POST", "/v1/checkout/sessions/{id}/expire", CheckoutSession._expire),
]


def pay(session: str, card: str, amount: int | None = None) -> dict[str, str]:
    """Do what a buyer does on the page; return what became of it."""
    return {"outcome": CheckoutSession._api_retrieve(session)._paid_with(card, amount)}


def _total(lines: Any) -> tuple[int, str]:
    if not isinstance(lines, list) or not lines:
        raise _invalid("parameter_missing", "line_items")
    total, currencies = 0, set[str]()
    for line in lines:
        price = line["price_data"]
        if not price["product_data"]["name"]:
            raise _invalid("parameter_invalid_empty", "line_items[0][price_data]")
        total += int(line["quantity"]) * int(price["unit_amount"])
        currencies.add(price["currency"])
    if len(currencies) != 1 or total <= 0:
        raise _invalid("amount_too_small", "line_items")
    return total, currencies.pop()


def _invalid(code: str, parameter: str) -> UserError:
    return UserError(400, "Bad request", {"code": code, "param": parameter})
