"""Responses are parsed wherever the network divides the stream."""

import pytest

from gotovo.bench.load.response_parser import ResponseParser
from tests.support.bench.fake_server import CHUNKED, OK, REFUSED


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_of_any_size_make_the_same_responses(size: int) -> None:
    stream = OK + CHUNKED + REFUSED + b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n" + OK
    parser = ResponseParser()
    found = [
        (response.status, response.body)
        for at in range(0, len(stream), size)
        for response in parser.feed(stream[at : at + size])
    ]
    assert found == [(200, b"ok"), (200, b"okfin"), (503, b""), (204, b""), (200, b"ok")]


def test_headers_are_found_by_their_name_in_lower_case() -> None:
    [response] = ResponseParser().feed(REFUSED)
    assert response.header(b"retry-after") == b"1"
    assert response.header(b"location") is None


def test_a_response_without_a_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="without a length"):
        ResponseParser().feed(b"HTTP/1.1 200 OK\r\n\r\nand so on")


def test_what_is_not_http_is_an_error() -> None:
    with pytest.raises(ValueError, match="HTTP"):
        ResponseParser().feed(b"SSH-2.0-OpenSSH_9.2\r\n")
