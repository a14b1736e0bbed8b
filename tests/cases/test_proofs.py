"""What is known of a case has the type of its name, however it was stored."""

from datetime import UTC, datetime

import msgspec
import pytest

from gotovo.cases.proofs import (
    Proof,
    ProofType,
    decode_proofs,
    money_in,
    text_in,
    type_of_proof,
)
from gotovo.order.values.money import Money

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "stored", "expected"),
    [
        ("captured", Money(99_800, "RUB"), Money(99_800, "RUB")),
        ("captured", "99800 RUB", Money(99_800, "RUB")),
        ("captured", "-5 RUB", Money(-5, "RUB")),
        ("captured", "998.00 RUB", "998.00 RUB"),
        ("captured", "a lot", "a lot"),
        ("captured_at", NOW, NOW),
        ("captured_at", "2026-11-22T14:05:00+03:00", NOW),
        ("captured_at", "2026-11-22T14:05:00", "2026-11-22T14:05:00"),
        ("captured_at", "yesterday", "yesterday"),
        ("payment_id", "2026-11-22T14:05:00+03:00", "2026-11-22T14:05:00+03:00"),
        ("weather", "5 RUB", "5 RUB"),
    ],
)
def test_a_proof_has_the_type_of_its_name(name: str, stored: Proof, expected: Proof) -> None:
    assert decode_proofs(msgspec.json.encode({name: stored})) == {name: expected}


def test_what_is_empty_was_not_known() -> None:
    assert decode_proofs(b'{"reason":"","state":"succeeded"}') == {"state": "succeeded"}


def test_only_what_has_the_type_is_found() -> None:
    proofs: dict[str, Proof] = {"captured": "a lot", "asked": Money(1, "RUB")}
    assert money_in(proofs, "captured") is None
    assert money_in(proofs, "asked") == Money(1, "RUB")
    assert text_in(proofs, "captured") == "a lot"
    assert text_in(proofs, "asked") == text_in(proofs, "gone") == ""
    assert type_of_proof("weather") is ProofType.TEXT
