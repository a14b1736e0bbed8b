"""Keys as the terminal shows them: a line each within 100 characters, or all of one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import structs

from gotovo.access.programs.api_keys import limits_of_key, shown_shop
from gotovo.access.programs.key_state import key_state
from gotovo.store.tables.access.api_keys import ApiKey

LINE_CHARACTERS_MAX: Final = 100

_COLUMNS: Final = (
    ("ID", 16),
    ("ROLE", 10),
    ("PLACE", 10),
    ("STATE", 8),
    ("SCOPES", 6),
    ("LAST USED", 10),
    ("EXPIRES", 10),
    ("NAME", 16),
)
"""The heading and width of each column; the width of all is 100 with two blanks in between."""

_NONE: Final = "-"


def key_lines(keys: Sequence[ApiKey], now: datetime) -> Iterator[str]:
    """Return a heading and a line for each key."""
    yield _line([heading for heading, _ in _COLUMNS])
    for key in keys:
        scopes = "all" if key.scopes is None else str(len(key.scopes))
        place = key.point or key.warehouse or shown_shop(key) or _NONE
        used, expires = _day(key.used_at), _day(key.expires_at)
        state = key_state(key, now)
        yield _line([key.id, key.role, place, state, scopes, used, expires, key.name])


def key_page(key: ApiKey, now: datetime) -> Iterator[str]:
    """Return everything about a key, a line each."""
    limits = {name: n for name, n in structs.asdict(limits_of_key(key)).items() if n is not None}
    rows = {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "point": key.point or _NONE,
        "warehouse": key.warehouse or _NONE,
        "shop": shown_shop(key) or _NONE,
        "state": key_state(key, now),
        "scopes": "all of its role" if key.scopes is None else ", ".join(key.scopes),
        "networks": "any" if key.networks is None else ", ".join(key.networks),
        "expires": _instant(key.expires_at),
        "last used": _from(key.used_at, key.used_from),
        "refused": _from(key.refused_at, key.refused_from),
        "created": f"{_instant(key.created_at)} by {key.created_by or 'nobody known'}",
        "revoked": _instant(key.revoked_at),
        "limits": ", ".join(f"{name} {n}" for name, n in limits.items()) or "as in the settings",
    }
    for name, value in rows.items():
        yield f"{name:<10} {value}"


def _line(values: Sequence[str]) -> str:
    cells = [
        f"{_shortened(value, width):<{width}}"
        for value, (_, width) in zip(values, _COLUMNS, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _day(at: datetime | None) -> str:
    return _NONE if at is None else f"{at:%Y-%m-%d}"


def _instant(at: datetime | None) -> str:
    return _NONE if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _from(at: datetime | None, block: str | None) -> str:
    return f"{_instant(at)} from {block}" if at is not None and block else _instant(at)
