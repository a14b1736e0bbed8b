"""One-time codes: those of the RFC, a step early or late, sealed for one person."""

import base64
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gotovo.access.staff.proofs import totp
from gotovo.keyring.keyring import Keys, one_key

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
ALINA, BORIS = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.matching_step(RFC_SECRET, code, now) == seconds // 30
    assert totp.matching_step(RFC_SECRET, f"{code[:3]} {code[3:]}", now) == seconds // 30


def test_a_code_is_right_for_a_step_before_and_after_its_own() -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    for steps, is_right in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        shifted = now + timedelta(seconds=30 * steps)
        assert (totp.matching_step(RFC_SECRET, "081804", shifted) is not None) is is_right


@pytest.mark.parametrize("code", ["", "08180", "0818044", "٠٨١٨٠٤", "08180a"])
def test_what_is_no_code_is_none(code: str) -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    assert totp.matching_step(RFC_SECRET, code, now) is None


def test_a_sealed_secret_opens_for_its_person_alone_and_under_each_key_that_stands() -> None:
    old, new = os.urandom(32), os.urandom(32)
    sealed = totp.sealed_secret(one_key(old), os.urandom, ALINA, RFC_SECRET)
    assert RFC_SECRET.encode() not in sealed
    both = Keys(2, ((1, old), (2, new)))
    assert totp.opened_secret(both, ALINA, sealed) == RFC_SECRET
    assert totp.opened_secret(both, BORIS, sealed) == ""
    assert totp.opened_secret(one_key(new), ALINA, sealed) == ""
    assert not totp.is_sealed_under_newest(both, ALINA, sealed)
    assert totp.is_sealed_under_newest(one_key(old), ALINA, sealed)


def test_a_recovery_code_is_read_however_it_is_typed() -> None:
    for code in totp.new_recovery_codes():
        assert totp.looks_like_recovery(code)
        assert totp.looks_like_recovery(code.upper().replace("-", " "))
        digests = {totp.recovery_digest(ALINA, x) for x in (code, code.upper(), f" {code} ")}
        assert len(digests) == 1
        assert totp.recovery_digest(BORIS, code) not in digests
    assert not totp.looks_like_recovery("123456")
