"""Answers are cut out of the stream wherever the network cut it."""

import pytest

from gotovo.bench.load.response_parser import Answers
from tests.support.bench.fake_server import CHUNKED, OK, REFUSED


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_of_any_size_make_the_same_answers(size: int) -> None:
    stream = OK + CHUNKED + REFUSED + b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n" + OK
    answers = Answers()
    found = [
        (answer.status, answer.body)
        for at in range(0, len(stream), size)
        for answer in answers.feed(stream[at : at + size])
    ]
    assert found == [(200, b"ok"), (200, b"okfin"), (503, b""), (204, b""), (200, b"ok")]


def test_the_head_can_be_searched_in_lower_case() -> None:
    assert b"\r\nretry-after: 1\r\n" in Answers().feed(REFUSED)[0].head


def test_an_answer_that_does_not_say_where_it_ends_is_an_error() -> None:
    with pytest.raises(ValueError, match="without a length"):
        Answers().feed(b"HTTP/1.1 200 OK\r\n\r\nand so on")
