"""What a key may give to another: never more than it has itself."""

from collections.abc import Collection, Iterable

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.access.programs.scopes import KeyScope, granted
from gotovo.order.values.actor import Role
from gotovo.value import Value


class Excess(Value, frozen=True):
    """What a key would have beyond the one that gives it: the field, its value, what is within."""

    field: str
    value: str
    expected: str


def excess(own: KeyHolder, role: Role, listed: Collection[str] | None) -> Excess | None:
    """Return what a key with these scopes would have beyond `own`, None when it has no more.

    A key with all of its role gains what later versions add, so a restricted one cannot give it.
    """
    if listed is None:
        return Excess("scopes", "", scopes_text(own.scopes)) if own.is_restricted else None
    further = granted(role, listed) - own.scopes
    return Excess("scopes", min(further), scopes_text(own.scopes)) if further else None


def inherited_scopes(own: KeyHolder, role: Role) -> list[KeyScope] | None:
    """Return the scopes of a new key for which none are listed: as far as its role has them."""
    return sorted(granted(role, own.scopes)) if own.is_restricted else None


def scopes_text(scopes: Iterable[str]) -> str:
    """Return scopes as a line."""
    return ", ".join(sorted(scopes))
