"""The language and the id of a response are what the client asked for, where that is fit."""

import pytest

from gotovo.http.languages import language_of
from gotovo.http.request_ids import request_id_of


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "ru"), ("en-GB,en;q=0.9", "en"), ("de, en;q=0.1, ru;q=0.5", "ru"), ("en;q=x", "ru")],
)
def test_the_best_language_is_chosen(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_a_request_id_that_is_unfit_for_the_log_is_replaced() -> None:
    assert request_id_of(b"shop:1001") == b"shop:1001"
    for unfit in (b"", b"two words", b"line\nbreak", b"x" * 101):
        drawn = request_id_of(unfit)
        assert len(drawn) == 16
        assert drawn != request_id_of(unfit)
