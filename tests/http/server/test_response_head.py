"""The head of a response: one line a header, and never one that is read as two."""

from http import HTTPStatus

import pytest

from gotovo.http.server.response_head import DateHeader, ResponseHead, refusal


def test_status_headers_date_and_framing_make_the_head() -> None:
    head = ResponseHead(201, [(b"content-type", b"text/plain"), (b"content-length", b"3")])
    assert head.length == 3
    assert head.serialize(b"date: today\r\n", b"connection: close\r\n") == (
        b"HTTP/1.1 201 Created\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n"
        b"date: today\r\nconnection: close\r\n\r\n"
    )


def test_how_the_body_is_delimited_is_not_the_application_s_to_say() -> None:
    headers = [(b"transfer-encoding", b"chunked"), (b"connection", b"keep-alive")]
    head = ResponseHead(200, headers)
    assert not head.is_last
    assert head.serialize(b"", b"") == b"HTTP/1.1 200 OK\r\n\r\n"
    assert ResponseHead(200, [(b"connection", b"close")]).is_last


@pytest.mark.parametrize("value", [b"a\r\nSet-Cookie: b", b"a\nb", b"a\rb", b"\r\n\r\nbody"])
def test_a_header_that_would_be_two_is_an_error(value: bytes) -> None:
    with pytest.raises(ValueError, match="location"):
        ResponseHead(302, [(b"location", value)])


def test_the_date_is_made_once_a_second() -> None:
    date = DateHeader()
    first = date.line(0.0)
    assert first == b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
    assert date.line(0.9) is first
    assert date.line(1.0) == b"date: Thu, 01 Jan 1970 00:00:01 GMT\r\n"


def test_a_refusal_is_a_whole_response_that_ends_the_connection() -> None:
    assert refusal(HTTPStatus.BAD_REQUEST) == (
        b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    )
