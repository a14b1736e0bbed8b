"""Mapping of a file's columns to our field names."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

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
    "value",
    "paid",
)
"""The fields that a row may have, as `--map` names them."""

REQUIRED = ("external_id", "placed_at")


class Profile(Struct, frozen=True):
    """The format of one system: its name, its columns by our field names, its currency.

    `time_zone` is of the warehouse that stands for that system.
    """

    origin: str
    columns: Mapping[str, str]
    currency: str = "RUB"
    time_zone: str = "Europe/Moscow"


class WrongMapping(Exception):
    """The mapping is wrong; the message says which column, and which columns exist."""


def profile_for(columns: Sequence[str], known: Sequence[Profile]) -> Profile:
    """Return the known profile whose columns all exist, else one with our own field names."""
    for profile in known:
        if set(profile.columns.values()) <= set(columns):
            return profile
    return Profile("import", {name: name for name in NAMES if name in columns})


def with_mapping(profile: Profile, pairs: Sequence[str], columns: Sequence[str]) -> Profile:
    """Return the profile with `NAME=COLUMN` pairs applied, checked against the file."""
    chosen = dict(profile.columns)
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if name not in NAMES or not equals:
            expected = ", ".join(NAMES)
            raise WrongMapping(f"--map {pair}: expected NAME=COLUMN with NAME one of {expected}")
        if column not in columns:
            there = ", ".join(columns)
            raise WrongMapping(f"--map {pair}: the file has no such column; it has {there}")
        chosen[name] = column
    for name in REQUIRED:
        if name not in chosen:
            there = ", ".join(columns)
            raise WrongMapping(f"no column for {name}: say --map {name}=COLUMN; it has {there}")
    twice = next((c for c in chosen.values() if list(columns).count(c) > 1), None)
    if twice is not None:
        raise WrongMapping(f"the file has more than one column {twice}")
    return Profile(profile.origin, chosen, profile.currency, profile.time_zone)
