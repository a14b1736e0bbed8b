"""Order numbers and pick-up codes in the groups that people read them out in."""

from gotovo.order.values.number import grouped

_NBSP = "\N{NO-BREAK SPACE}"
_HALF = 3


def format_order_number(number: str) -> str:
    """Return `1234 5678 9012`, in groups that stay on one line."""
    return grouped(number).replace(" ", _NBSP)


def format_pickup_code(code: str) -> str:
    """Return `123 456`: a sign-in code is in one piece, so the two never look alike."""
    return f"{code[:_HALF]}{_NBSP}{code[_HALF:]}"
