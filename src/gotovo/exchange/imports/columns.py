"""Mapping of a file's columns to our field names."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from gotovo.exchange.imports.files.own_columns import PREFIX, is_own
from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError

NAMES = (
    "external_id",
    "customer",
    "placed_at",
    "paid_at",
    "dispatched_at",
    "issued_at",
    "status",
    "promised_for",
    "items",
    "currency",
    "value",
    "paid",
    "delivery_fee",
    "discount",
    "coupon",
    "rounding",
)
"""The fields that a row may have, as `--map` names them."""

REQUIRED = ("external_id", "placed_at")

_COLUMNS_SHOWN_MAX = 40
_NAME_CHARACTERS_MAX = 60
_SEPARATORS = re.compile(r"[\s_\-]+")


class Profile(Struct, frozen=True):
    """The format of one system: its name, its columns by our field names, its currency.

    `currency` is of rows that name none, `time_zone` of the warehouse that stands for that system.
    `shop` is whose orders they become.
    """

    origin: str
    columns: Mapping[str, str]
    currency: str = "RUB"
    time_zone: str = "Europe/Moscow"
    shop: str = DEFAULT_SHOP

    @property
    def namespace(self) -> str:
        """Return what the ids of this system of this shop are unique within."""
        return namespace_of(self.shop, self.origin)


def namespace_of(shop: str, origin: str) -> str:
    """Return what ids of a system are unique within: two shops may use the same one.

    No code of a shop, and no origin, has a slash.
    """
    return f"{shop}/{origin}" if shop else origin


def profile_for(columns: Sequence[str], known: Sequence[Profile]) -> Profile:
    """Return the known profile whose columns all exist, else one with our own field names.

    Blanks, capitals, hyphens and underscores make no difference to a name.
    """
    for profile in known:
        found = {name: _found(column, columns) for name, column in profile.columns.items()}
        if all(found.values()):
            return structs.replace(profile, columns={k: v[0] for k, v in found.items()})
    own = {name: _found(name, columns) for name in NAMES}
    return Profile("import", {name: found[0] for name, found in own.items() if found})


def read_mapping(pairs: Sequence[str]) -> list[tuple[str, str]]:
    """Return the field and the column of each `NAME=COLUMN` pair; no file is needed for that.

    Raises ImportFileError where a pair is none.
    """
    read: list[tuple[str, str]] = []
    for pair in pairs:
        name, equals, column = pair.partition("=")
        about = {"option": "--map", "value": pair}
        if name.strip() not in NAMES or not equals:
            names = ", ".join(NAMES)
            raise ImportFileError(FileErrorCode.MAPPING, **about, form="NAME=COLUMN", names=names)
        if is_own(column.strip()):
            raise ImportFileError(FileErrorCode.OWN_COLUMN, **about, prefix=PREFIX)
        read.append((name.strip(), column))
    return read


def with_mapping(profile: Profile, pairs: Sequence[str], columns: Sequence[str]) -> Profile:
    """Return the profile with `NAME=COLUMN` pairs applied, checked against the file.

    Raises ImportFileError, which says what is wrong and which columns there are.
    """
    chosen = dict(profile.columns)
    there = listed(columns)
    for pair, (name, column) in zip(pairs, read_mapping(pairs), strict=True):
        found = _found(column, columns)
        if not found:
            about = {"option": "--map", "value": pair}
            raise ImportFileError(FileErrorCode.UNKNOWN_COLUMN, **about, columns=there)
        chosen[name] = found[0]
    missing = [name for name in REQUIRED if name not in chosen]
    if missing:
        raise ImportFileError(
            FileErrorCode.UNMAPPED_FIELD,
            names=", ".join(missing),
            options=" ".join(f"--map {name}=COLUMN" for name in missing),
            columns=there,
            delimiter_option="--delimiter",
            encoding_option="--encoding",
        )
    for name, column in chosen.items():
        if len(_found(column, columns)) > 1:
            raise ImportFileError(FileErrorCode.REPEATED_COLUMN, column=column, name=name)
    return structs.replace(profile, columns=chosen)


def unread_columns(profile: Profile, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns with a name that no field is read from."""
    read = frozenset(profile.columns.values())
    return tuple(column for column in columns if column.strip() and column not in read)


def listed(columns: Sequence[str]) -> str:
    """Return the beginning of a header for a terminal, enough to see if it was read rightly."""
    escaped = [repr(column[: _NAME_CHARACTERS_MAX + 1])[1:-1] for column in columns]
    shown = [
        c if len(c) <= _NAME_CHARACTERS_MAX else f"{c[:_NAME_CHARACTERS_MAX]}…" for c in escaped
    ]
    more = ["…"] if len(shown) > _COLUMNS_SHOWN_MAX else []
    return ", ".join(shown[:_COLUMNS_SHOWN_MAX] + more)


def folded(name: str) -> str:
    """Return a name without what makes no difference: case, and blanks, hyphens or underscores."""
    words = unicodedata.normalize("NFKC", name).casefold()
    return _SEPARATORS.sub("_", words.strip())


def _found(name: str, columns: Sequence[str]) -> list[str]:
    """Return the columns with this very name, else those that only look otherwise."""
    exact = [column for column in columns if column == name]
    return exact or [column for column in columns if folded(column) == folded(name)]
