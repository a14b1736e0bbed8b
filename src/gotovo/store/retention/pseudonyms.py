"""What stays of a person, and leads to nobody: keyed digests, ids of keys, money."""

from collections.abc import Mapping
from typing import Final

PSEUDONYMS: Final[Mapping[str, str]] = {
    "desk_device.registered_by": "role and id of who is in charge",
    "desk_device.revoked_by": "role and id of who is in charge",
    "orders.customer": "keyed digest of the phone: without the secret it leads to nobody",
    "orders.external_id": "the shop's own number of the order",
    "orders.origin": "the key that placed the order",
    "orders.state": "the state without contact; its customer is the keyed digest",
    "event.actor": "role and key; buyers by their keyed digest",
    "event.customer": "the buyer's keyed digest, as in the order",
    "event.body": (
        "history: digests of customer, contact and notes, goods, money, times; what builds before "
        "`order_text` wrote has its notes in clear"
    ),
    "identity.name": "the shop's number of an order, the provider's of a payment: money",
    "phone_account.phone": "keyed digest of a phone whose buyer moved to another one",
    "phone_account.customer": "keyed digest of the account that the phone opens",
    "phone_account.former": "keyed digest of the account that the phone opened before",
    "phone_lookup.phone": "keyed digest of a phone, under a newer key than that of its account",
    "phone_lookup.customer": "keyed digest of the account that the phone opens",
    "case_file.owner": "role and key of the office",
    "case_file.decided_by": "role and key of the office",
    "case_file.resolved_by": "role and key of the office",
    "case_file.proofs": "sums, instants, and the provider's numbers of payments: money",
    "refund.provider_id": "the provider's number of a refund: money",
    "stock_entry.actor": "role and key of whoever corrected the stock",
}
"""Columns that stay with the history and the money, and how they lead to nobody (rule 4.16)."""
