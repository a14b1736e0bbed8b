"""Headers that every response has; what a response says itself stands."""

from starlette.responses import Response

from gotovo.http.security_headers import NO_STORE, answer_headers, page_headers, with_headers
from tests.support.http.asgi import Sent, never, scope_of


async def test_a_response_keeps_the_headers_it_sets_itself() -> None:
    own = Response("a", headers={"cache-control": "max-age=1"})
    sent = Sent()
    await with_headers(own, (NO_STORE, (b"x-a", b"b")))(scope_of(), never, sent)
    assert (b"cache-control", b"max-age=1") in sent.headers
    assert NO_STORE not in sent.headers
    assert (b"x-a", b"b") in sent.headers
    assert own.raw_headers != sent.headers, "a response that is sent again gets them once"


def test_an_unsafe_database_adds_a_header_to_pages() -> None:
    plain = set(page_headers(unsafe=False))
    assert {name for name, _ in set(page_headers(unsafe=True)) - plain} == {b"x-gotovo-unsafe"}


def test_no_answer_names_the_server_and_https_adds_a_header_to_all() -> None:
    plain = set(answer_headers(secure=False))
    assert plain == {(b"server", b"gotovo")}
    demanded = b"max-age=31536000; includeSubDomains"
    assert set(answer_headers(secure=True)) - plain == {(b"strict-transport-security", demanded)}
