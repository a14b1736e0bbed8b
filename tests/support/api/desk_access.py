"""What a key gets to hear at the desk of KZN-1: the part of the matrix that is about desks."""

NAMES_ORDER = {
    "openVisit": "number",
    "takeDeskCorrection": "order",
    "findReturn": "scanned",
    "takeDeskReturn": "order",
}
"""Endpoints of a desk that name an order, and in which field; to the others it is all the same."""


BROUGHT_HERE = frozenset({"findReturn", "takeDeskReturn"})
"""Endpoints that are about goods which may be brought to any point."""


def at_desk(endpoint: str, point: str, of_order: str) -> str:
    """Return the outcome: `of_order` is what the key gets of an order of somebody else's.

    Who works elsewhere has no desk here. What is issued elsewhere may be brought back here, and is
    no more handed over here than what nobody has.
    """
    if point not in {"", "KZN-1"}:
        return "wrong_point"
    if endpoint == "readReturnPhoto":
        is_here = of_order in {"enters", "goods"}
        return "unknown" if is_here else of_order  # The photo of the matrix is of no claim.
    if endpoint in BROUGHT_HERE and of_order == "goods":
        return "enters"
    if endpoint not in NAMES_ORDER:
        return "enters"
    return "unknown" if of_order == "goods" else of_order
