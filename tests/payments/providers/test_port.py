"""What every provider is asked under."""

from gotovo.payments.providers.port import AttemptName


def test_each_attempt_has_an_idempotency_key_of_its_own() -> None:
    names = [AttemptName("200785804776", 1), AttemptName("200785804776", 2), AttemptName("2", 1)]
    assert len({each.key for each in names}) == 3
    assert AttemptName("200785804776", 1).key == names[0].key
