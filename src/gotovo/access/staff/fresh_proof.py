"""Fresh proof: dangerous steps need one that is minutes old, not the sign-in of the morning (pure).

Between two buyers a clerk leaves the tablet on the counter. What it allows then is ordinary work;
what can't be taken back asks for the person again.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

PROOF_MINUTES: Final = 5
"""How old a proof may be, unless the setting says otherwise: one hand-over with its questions."""

PROOF_METHODS: Final = ("passkey", "password+totp")
"""How a person proves themselves again, as the problem lists it."""


class DangerousStep(StrEnum):
    """Every step that needs a fresh proof: the only list."""

    HANDOVER_WITHOUT_CODE = "handover_without_code"
    HANDOVER_CORRECTION = "handover_correction"
    RETURN_WITHOUT_CLAIM = "return_without_claim"
    WRITE_OFF = "write_off"
    POINT_CLOSURE = "point_closure"
    APPROVAL_DECISION = "approval_decision"
    DEVICE_REGISTRATION = "device_registration"
    ROLE_CHANGE = "role_change"


DANGEROUS_COMMANDS: Final = {"correction": DangerousStep.HANDOVER_CORRECTION}
"""Steps of an order's lifecycle that are dangerous whatever they say, by the step's name."""


def is_fresh(proved_at: datetime | None, now: datetime, minutes: int) -> bool:
    """Tell whether a person proved themselves within these minutes; never was, or ahead, is not."""
    if proved_at is None:
        return False
    return timedelta() <= now - proved_at < timedelta(minutes=minutes)
