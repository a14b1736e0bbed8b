"""Ten thousand random commands tell the same story to the order and to a second account of it."""

import os
import sys
from collections import Counter

import pytest

from gotovo.order.lifecycle import TABLE
from tests.support.order.walk import Walk

FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"
WALKS = 550 if FULL else 60
STEPS = 400
NOT_WALKED = {
    "placement": "every order of a walk begins with it",
    "storage-reminder": "it tells the buyer and changes nothing that the model knows",
    "promise": "the model computes no promise",
    "promise-recalculation": "the same",
    "lateness": "the same",
    "missing-rest": "the same",
    "return-refusal": "the goods stay where they are; it flags a dispute at most",
    "contact-erasure": "the model knows nobody's name",
    "phone-change": "nor anybody's phone",
    "help-question": "what is asked and answered decides nothing",
    "help-answer": "the same",
    "help-settlement": "the same",
    "help-lateness": "the same",
}
"""Steps that a walk leaves out, each with the reason."""


DESK = {
    "wrong_point",
    "already_issued",
    "cancelled",
    "expired",
    "unpaid",
    "not_ready",
    "blocked",
    "too_many_attempts",
    "wrong_code",
    "code_revoked",
}
"""The desk's list, but for the order that is not there."""

FIRST_SEED = int(os.environ.get("GOTOVO_TEST_SEED", "0"))


def test_random_commands_tell_one_story(capsys: pytest.CaptureFixture[str]) -> None:
    answers: Counter[tuple[str, str]] = Counter()
    steps = 0
    for seed in range(FIRST_SEED, FIRST_SEED + WALKS):
        walk = Walk(seed)
        walk.run(STEPS)
        steps += walk.steps
        answers.update(walk.answers)
    with capsys.disabled():
        sys.stdout.write(f"\n{steps:,} random commands in {WALKS} walks, 0 differences\n")
    assert steps >= (200_000 if FULL else 10_000)
    accepted = {step for step, code in answers if code == "ok"}
    assert accepted == {row.step for row in TABLE} - NOT_WALKED.keys()
    assert {code for step, code in answers if step == "handover"} >= DESK
