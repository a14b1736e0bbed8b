"""What a key gets to hear at the desk of KZN-1: the part of the matrix that is about desks."""

NAMES_ORDER = {"openVisit": "number", "takeDeskCorrection": "order"}
"""Endpoints of a desk that name an order, and in which field; to the others it is all the same."""


def at_desk(endpoint: str, point: str, of_order: str) -> str:
    """Return the outcome: `of_order` is what the key gets of an order of somebody else's.

    Who works elsewhere has no desk here. What is issued elsewhere may be brought back here, and is
    no more handed over here than what nobody has.
    """
    if point not in {"", "KZN-1"}:
        return "wrong_point"
    if endpoint not in NAMES_ORDER:
        return "enters"
    return "unknown" if of_order == "goods" else of_order
