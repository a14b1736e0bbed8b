"""An identity: a name that one order alone may have in the whole network (rules 4.8 and 4.13)."""

from enum import StrEnum
from typing import NamedTuple


class IdentityKind(StrEnum):
    """What an identity names."""

    EXTERNAL_ID = "external_id"
    PAYMENT = "payment"


class IdentityKey(NamedTuple):
    """A name that is unique within `scope`: the shop of an external id, a payment's provider."""

    kind: IdentityKind
    scope: str
    name: str
