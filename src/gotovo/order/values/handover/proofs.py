"""What proved at the desk that an order may be handed over (rule 4.3)."""

from enum import StrEnum

from gotovo.value import Value


class Proof(StrEnum):
    """What was shown. All but the last three are the buyer's own, by the point's policy."""

    CODE = "code"
    QR = "qr"
    NUMBER = "number"  # enough at a point that asks for no more
    SAME_BUYER = "same_buyer"  # another order of this buyer was proved at this desk
    TRUSTED = "trusted"  # the code of the person the buyer named
    WITHOUT_CODE = "without_code"  # nothing: a clerk says why


OF_BUYER = frozenset({Proof.CODE, Proof.QR, Proof.NUMBER})
"""Proofs that the buyer is at the desk, so that this buyer's other orders may be opened as well.

A trusted person was sent for one order, and who came without a code has proved nothing.
"""


class NoCodeReason(StrEnum):
    """Why an order is handed over without a code: the closed list."""

    NO_PHONE = "no_phone"
    CODE_NOT_RECEIVED = "code_not_received"
    PHONE_LOST = "phone_lost"
    KNOWN_IN_PERSON = "known_in_person"
    OTHER = "other"  # said in words


class WithoutCode(Value, frozen=True, omit_defaults=True):
    """Why nothing was shown. `approved_by` is the actor id of the second person, if one agreed."""

    reason: NoCodeReason
    approved_by: str = ""
