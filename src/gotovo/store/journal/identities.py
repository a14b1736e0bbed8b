"""Identities: names that one order alone may have in the whole network, as rows of `identity`.

A payment and the order it is named for may lie on different shards of a cluster, so an identity
has a home of its own: a hash of the name.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gotovo.engine.ports import PaymentClaim
from gotovo.order.values.payments.payment import PaymentId

PAYMENT = "payment"


def identity_home(payment: PaymentId) -> int:
    """Return the home of a payment's identity: the first byte of a digest over its name."""
    name = f"{PAYMENT}\n{payment.provider}\n{payment.payment_id}"
    return hashlib.sha256(name.encode()).digest()[0]


def identity_rows(claims: Iterable[PaymentClaim]) -> list[dict[str, Any]]:
    """Return the rows of `identity` in the order in which their keys are locked."""
    rows = [
        {
            "home": identity_home(payment),
            "kind": PAYMENT,
            "scope": payment.provider,
            "name": payment.payment_id,
            "number": number,
        }
        for payment, number in claims
    ]
    return sorted(rows, key=lambda row: (row["home"], row["scope"], row["name"]))


def identity_columns(payments: Sequence[PaymentId]) -> list[list[Any]]:
    """Return home, scope, name."""
    return [
        [identity_home(x) for x in payments],
        [x.provider for x in payments],
        [x.payment_id for x in payments],
    ]


def payment_id_of(row: Mapping[str, Any]) -> PaymentId:
    """Return the payment of a row that names it."""
    return PaymentId(row["provider"], row["payment_id"])
