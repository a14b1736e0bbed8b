"""Only who has one of the secrets signs a notification, and only lately."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from gotovo.payments.providers.port import NotificationRefused, RefusedBecause
from gotovo.payments.providers.stripe_signature import (
    HEADER_MAX,
    SIGNATURES_MAX,
    TOLERANCE,
    verified_at,
)

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
BODY = b'{"id": "evt_1"}'
OLD, NEW, OTHER = b"whsec_old", b"whsec_new", b"whsec_other"


def signature(secret: bytes, at: datetime = NOW, body: bytes = BODY) -> str:
    """Return a signature by a secret."""
    signed = f"{int(at.timestamp())}.".encode() + body
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()


def header(*signatures: str, at: datetime = NOW) -> str:
    """Return a header with these signatures."""
    return ",".join([f"t={int(at.timestamp())}", *(f"v1={each}" for each in signatures)])


def refused(told: str, now: datetime = NOW, body: bytes = BODY) -> RefusedBecause:
    """Return why a header is refused."""
    with pytest.raises(NotificationRefused) as error:
        verified_at(told, body, [NEW, OLD], now)
    return error.value.because


def test_stripe_signs_the_instant_a_point_and_the_body() -> None:
    """A signature that was computed by the command `openssl dgst -sha256 -hmac`."""
    told = "t=1795345500,v1=2d33e39e1032e86d12071a94a9df70b41c1824df6c01986067c3f87aa6049978"
    assert verified_at(told, BODY, [NEW], NOW) == NOW


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_a_secret_is_replaced_both_count(secret: bytes) -> None:
    assert verified_at(header(signature(secret)), BODY, [NEW, OLD], NOW) == NOW


def test_one_right_signature_among_several_is_enough() -> None:
    told = header(signature(OTHER), signature(OLD), "0" * 64)
    assert verified_at(told, BODY, [NEW, OLD], NOW) == NOW


@pytest.mark.parametrize("seconds", [0, 1, 299, 300, -299, -300], ids=lambda seconds: f"{seconds}s")
def test_clocks_may_differ_by_the_tolerance_either_way(seconds: int) -> None:
    at = NOW - timedelta(seconds=seconds)
    assert verified_at(header(signature(NEW, at), at=at), BODY, [NEW], NOW) == at


@pytest.mark.parametrize("seconds", [301, 86_400, -301, -86_400], ids=lambda seconds: f"{seconds}s")
def test_what_was_signed_at_another_time_is_stale(seconds: int) -> None:
    at = NOW - timedelta(seconds=seconds)
    assert refused(header(signature(NEW, at), at=at)) is RefusedBecause.STALE


def test_a_fraction_of_a_second_beyond_the_tolerance_is_stale() -> None:
    later = NOW + TOLERANCE + timedelta(microseconds=1)
    assert refused(header(signature(NEW)), now=later) is RefusedBecause.STALE


def test_a_stale_one_that_nobody_signed_is_forged() -> None:
    at = NOW - timedelta(days=1)
    assert refused(header(signature(OTHER, at), at=at)) is RefusedBecause.FORGED


@pytest.mark.parametrize(
    "told",
    [
        header(signature(OTHER)),
        header(signature(NEW, NOW + timedelta(seconds=1))),
        header(signature(NEW, body=BODY + b" ")),
        header(signature(NEW).upper()),
        header(signature(NEW)[:-1]),
        header(signature(NEW) + "0"),
        header("é" * 64),
        header(),
        f"v1={signature(NEW)}",
        f"t={int(NOW.timestamp())},v0={signature(NEW)}",
        f"t={int(NOW.timestamp())},t={int(NOW.timestamp())},v1={signature(NEW)}",
        f"t=-{int(NOW.timestamp())},v1={signature(NEW)}",
        f"t= {int(NOW.timestamp())},v1={signature(NEW)}",
        f"t=١,v1={signature(NEW)}",
        f"t={'9' * 40},v1={signature(NEW)}",
        "",
        ",,,",
        "t",
        "t=1,v1=",
        "=" * 100,
        "\x00",
        header(*[signature(OTHER)] * SIGNATURES_MAX, signature(NEW)),
        header(signature(NEW)) + "," + "x" * HEADER_MAX,
    ],
)
def test_anything_else_is_forged(told: str) -> None:
    assert refused(told) is RefusedBecause.FORGED


def test_without_a_secret_everything_is_forged() -> None:
    with pytest.raises(NotificationRefused):
        verified_at(header(signature(b"")), BODY, [], NOW)


def test_schemes_that_are_not_known_are_passed_over() -> None:
    told = f"{header(signature(NEW))},v0={'1' * 64},v2=x"
    assert verified_at(told, BODY, [NEW], NOW) == NOW
