"""What localstripe's payments and refunds lack of Stripe's documented API."""

import time
from operator import attrgetter
from typing import Any

from localstripe.errors import UserError
from localstripe.resources import (
    Charge,
    Event,
    List,
    PaymentIntent,
    Refund,
    Store,
    schedule_webhook,
    store,
)

_refund_begins = Refund.__init__


def fill_gaps() -> None:
    """Add to localstripe's classes; nothing of them is stored on disk."""
    _add(Store, dump_to_disk=_not_stored)
    _add(
        PaymentIntent,
        amount_received=property(_amount_received),
        cancellation_reason=None,
        _api_list_all=classmethod(_listed_intents),
    )
    _add(
        Charge,
        payment_method_details=property(_method),
        amount_refunded=property(_amount_refunded),
    )
    _add(
        Refund,
        __init__=_begun_refund,
        failure_reason=None,
        _api_list_all=classmethod(_listed_refunds),
    )


def fail_refund(id: str, reason: str) -> dict[str, str]:  # noqa: A002  (its name on the wire)
    """Let a refund fail, as that to a closed card does days later."""
    refund = Refund._api_retrieve(id)
    refund.status, refund.failure_reason = "failed", reason
    schedule_webhook(Event("refund.failed", refund))
    return {"id": id}


def _add(kind: type[Any], **members: Any) -> None:
    for name, member in members.items():
        setattr(kind, name, member)


def _not_stored(_store: Any) -> None:
    """Write nothing: each test has a server of its own."""


def _amount_received(intent: Any) -> int:
    return intent.amount if intent.status == "succeeded" else 0


def _amount_refunded(charge: Any) -> int:
    return sum(each.amount for each in _refunds_of(charge.id))


def _method(_charge: Any) -> dict[str, str]:
    return {"type": "card"}


def _refunds_of(charge: str) -> list[Any]:
    """Return the refunds of a charge that have not failed."""
    made = [each for each in store.values() if isinstance(each, Refund)]
    return [each for each in made if each.charge == charge and each.status != "failed"]


def _begun_refund(refund: Refund, **data: Any) -> None:
    intent = data.get("payment_intent")
    if intent is not None:
        charge = PaymentIntent._api_retrieve(intent).latest_charge
        if charge is None:
            raise UserError(400, "Bad request", {"code": "payment_intent_unexpected_state"})
        left = charge.amount - _amount_refunded(charge)
        if left <= 0:
            raise UserError(400, "Bad request", {"code": "charge_already_refunded"})
        if int(data.get("amount", left)) > left:
            raise UserError(400, "Bad request", {"param": "amount"})
    _refund_begins(refund, **data)
    schedule_webhook(Event("refund.created", refund))
    charge = Charge._api_retrieve(refund.charge)
    schedule_webhook(Event("charge.refunded", charge))


def _listed_intents(
    cls: type[PaymentIntent],
    url: str,
    created: dict[str, str] | None = None,
    limit: int = 10,
    starting_after: str | None = None,
    **rest: Any,
) -> List:
    if rest:
        raise UserError(400, "Unexpected " + ", ".join(rest))
    return _newest_first(cls, url, created, limit, starting_after)


def _listed_refunds(
    cls: type[Refund],
    url: str,
    created: dict[str, str] | None = None,
    payment_intent: str | None = None,
    charge: str | None = None,
    limit: int = 10,
    starting_after: str | None = None,
) -> List:
    found = _newest_first(cls, url, created, limit, starting_after)
    if payment_intent is not None:
        PaymentIntent._api_retrieve(payment_intent)  # Or it is not there.
        found._list = [each for each in found._list if each.payment_intent == payment_intent]
    if charge is not None:
        found._list = [each for each in found._list if each.charge == charge]
    return found


def _newest_first(
    cls: type[Any], url: str, created: dict[str, str] | None, limit: int, after: str | None
) -> List:
    """Return a page of what was made in a period."""
    bounds = {name: int(value) for name, value in (created or {}).items()}
    if bounds.keys() - {"gte", "lt"}:
        raise UserError(400, "Unexpected " + ", ".join(bounds))
    if int(limit) > 100:
        raise UserError(400, "Bad request", {"param": "limit"})
    begin, end = bounds.get("gte", 0), bounds.get("lt", int(time.time()) + 60)
    found = List(url, limit=limit, starting_after=after)
    made = [each for each in store.values() if type(each) is cls]
    within = [each for each in reversed(made) if begin <= each.created < end]
    found._list = sorted(within, key=attrgetter("created"), reverse=True)
    return found
