"""The secret file: text that a person can read, with a checksum; or the bare key of older versions.

    gotovo-secret 1
    version 1 derived 2025-11-22T14:05:00Z 5f3a…
    identity 1
    push 1
    checksum 9c2f41d7a0b3e586

A file of 64 or more hexadecimal digits alone is version 1 of kind `plain`. A version whose root
was destroyed has its check value there, and behind it the keys that are left:

    version 1 split 2025-11-22T14:05:00Z 81c0… codes=2e7d… tokens=90b1…
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from gotovo.keyring.keyring import ROOT_BYTES, KeyPurpose, Root, RootKind, Secrets, derived_key

_FIRST_LINE: Final = "gotovo-secret 1"
_COMMENT: Final = """\
# Keep a copy of this file apart from the backups of the database: without it no pick-up code is
# right, and nobody signs in to their orders. It is changed by `gotovo secret`, never by hand.
"""
_BEFORE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When the version of a bare key began: before everything."""

_BARE: Final = re.compile(rf"([0-9a-fA-F]{{2}}){{{ROOT_BYTES},}}", re.ASCII)
_CHECKSUM_LETTERS: Final = 16


class SecretFormatError(Exception):
    """The text is no secret file; the message says what is wrong with which line."""


def parsed(text: str) -> Secrets:
    """Return the secrets of a file's text; raise SecretFormatError."""
    stripped = text.strip()
    if _BARE.fullmatch(stripped):
        return Secrets((Root(1, RootKind.PLAIN, _BEFORE, bytes.fromhex(stripped)),))
    if not stripped.startswith(f"{_FIRST_LINE}\n"):
        message = f"needs at least {ROOT_BYTES * 2} hexadecimal digits, or {_FIRST_LINE!r} first"
        raise SecretFormatError(message)
    body, _, last = stripped.rpartition("\n")
    if last != f"checksum {_checksum(body)}":
        message = "is damaged: its checksum is another one; restore it from your copy"
        raise SecretFormatError(message)
    return _secrets(body)


def serialized(secrets: Secrets) -> str:
    """Return the text of the file."""
    body = "\n".join((_FIRST_LINE, _COMMENT.rstrip(), *_lines(secrets)))
    return f"{body}\nchecksum {_checksum(body)}\n"


def _lines(secrets: Secrets) -> Iterator[str]:
    for root in secrets.roots:
        left = "".join(f" {purpose}={key.hex()}" for purpose, key in root.left)
        began = _written(root.begins_at)
        yield f"version {root.version} {root.kind} {began} {root.key.hex()}{left}"
        if root.ended_at is not None:
            yield f"ended {root.version} {_written(root.ended_at)}"
    yield " ".join(("identity", *map(str, secrets.identity)))
    yield f"push {secrets.push}"


def _secrets(body: str) -> Secrets:
    found = _Found()
    for number, line in enumerate(body.split("\n"), 1):
        try:
            found.take(line.split())
        except (ValueError, KeyError) as error:
            message = f"has a line {number} that this program can't read: {line.split()[0]} …"
            raise SecretFormatError(message) from error
    named = {*found.identity, found.push}
    if not found.identity or not named <= found.roots.keys():
        message = "names a version that it does not hold"
        raise SecretFormatError(message)
    roots = tuple(found.roots[version] for version in sorted(found.roots))
    if not _has_keys(found):
        message = "names a version whose key was destroyed"
        raise SecretFormatError(message)
    return Secrets(roots, found.identity, found.push)


def _has_keys(found: "_Found") -> bool:
    wanted = [(found.roots[version], KeyPurpose.IDENTITY) for version in found.identity]
    wanted.append((found.roots[found.push], KeyPurpose.PUSH))
    return all(derived_key(root, purpose) is not None for root, purpose in wanted)


class _Found:
    """What the lines so far say."""

    def __init__(self) -> None:
        self.roots: dict[int, Root] = {}
        self.identity: tuple[int, ...] = ()
        self.push = 0

    def take(self, words: list[str]) -> None:
        """Take a line; raise ValueError or KeyError for one that says nothing known."""
        match words:
            case [] | ["gotovo-secret", *_]:
                return
            case [word, *_] if word.startswith("#"):
                return
            case ["version", version, kind, begins_at, key, *left]:
                root = Root(int(version), RootKind(kind), _read(begins_at), _key(key))
                if left and root.kind is not RootKind.SPLIT:
                    raise ValueError(words)
                self.roots[root.version] = structs.replace(root, left=tuple(map(_left, left)))
            case ["ended", version, at]:
                ended = structs.replace(self.roots[int(version)], ended_at=_read(at))
                self.roots[ended.version] = ended
            case ["identity", *versions]:
                self.identity = tuple(map(int, versions))
            case ["push", version]:
                self.push = int(version)
            case _:
                raise ValueError(words)


def _left(text: str) -> tuple[KeyPurpose, bytes]:
    purpose, _, key = text.partition("=")
    return KeyPurpose(purpose), _key(key)


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) < ROOT_BYTES:
        message = "a key is too short"
        raise ValueError(message)
    return key


def _written(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_CHECKSUM_LETTERS]
