"""The secret file: what is written is read again, and what is damaged is named."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.keyring.keyring import KeyPurpose, Root, RootKind, Secrets
from gotovo.keyring.keyring_file import SecretFormatError, parsed, serialized

NOW = datetime(2025, 11, 22, 14, 5, tzinfo=UTC)


@st.composite
def secrets(draw: st.DrawFn) -> Secrets:
    """Draw secrets of a few versions, some of them ended or split."""
    count = draw(st.integers(1, 5))
    keys = st.binary(min_size=32, max_size=40)

    def root(version: int) -> Root:
        kind = draw(st.sampled_from(RootKind))
        left = tuple((purpose, draw(keys)) for purpose in KeyPurpose)
        return Root(
            version,
            kind,
            NOW + timedelta(days=version),
            draw(keys),
            draw(st.none() | st.just(NOW + timedelta(days=99))),
            left if kind is RootKind.SPLIT else (),
        )

    roots = tuple(map(root, range(1, count + 1)))
    return Secrets(
        roots,
        tuple(draw(st.lists(st.integers(1, count), min_size=1, max_size=3))),
        draw(st.integers(1, count)),
    )


@given(secrets())
def test_what_is_written_is_read_again(given_secrets: Secrets) -> None:
    assert parsed(serialized(given_secrets)) == given_secrets


@given(secrets(), st.data())
def test_a_letter_that_was_changed_is_noticed(given_secrets: Secrets, data: st.DataObject) -> None:
    text = serialized(given_secrets)
    at = data.draw(st.integers(0, len(text) - 2))
    other = "0" if text[at] != "0" else "1"
    with pytest.raises(SecretFormatError):
        parsed(text[:at] + other + text[at + 1 :])


@given(secrets(), st.data())
def test_half_a_file_is_noticed(given_secrets: Secrets, data: st.DataObject) -> None:
    text = serialized(given_secrets)
    with pytest.raises(SecretFormatError):
        parsed(text[: data.draw(st.integers(0, len(text) - 2))])


def test_a_bare_key_is_version_one() -> None:
    [root] = parsed(f"{'5f' * 32}\n").roots
    assert (root.version, root.kind, root.key) == (1, RootKind.PLAIN, b"\x5f" * 32)


@pytest.mark.parametrize("text", ["", "5f" * 31, "secret", f"{'5f' * 31}xx", "gotovo-secret 2\n"])
def test_what_is_no_secret_is_said(text: str) -> None:
    with pytest.raises(SecretFormatError, match="64 hexadecimal digits"):
        parsed(text)


def test_a_file_of_a_newer_program_names_the_line() -> None:
    secrets = Secrets((Root(1, RootKind.DERIVED, NOW, b"1" * 32),))
    body = serialized(secrets).rpartition("checksum")[0].rstrip()
    assert "version 1 derived 2025-11-22T14:05:00Z" in body
    newer = body.replace("derived", "quantum")
    with pytest.raises(SecretFormatError, match="line 4 "):
        parsed(f"{newer}\nchecksum {sha256(newer.encode()).hexdigest()[:16]}\n")


def test_a_purpose_without_its_version_is_noticed() -> None:
    other = Secrets((Root(1, RootKind.DERIVED, NOW, b"1" * 32),), push=7)
    with pytest.raises(SecretFormatError, match="a version that it does not hold"):
        parsed(serialized(other))
