"""Names of people on screens of staff: enough to greet somebody, not enough to look them up."""

_WORDS_MAX = 3


def mask_name(name: str) -> str:
    """Return the first word of a name, of the others the initial: `Алина К.` (rule 4.16)."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in others[: _WORDS_MAX - 1])])
