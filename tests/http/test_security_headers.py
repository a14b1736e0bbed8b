"""Headers that every response has; what a response says itself stands."""

from starlette.responses import Response

from gotovo.http.security_headers import NO_STORE, page_headers, with_headers
from tests.support.http.asgi import Sent, never, scope_of


async def test_a_response_keeps_the_headers_it_sets_itself() -> None:
    own = Response("a", headers={"cache-control": "max-age=1"})
    sent = Sent()
    await with_headers(own, (NO_STORE, (b"x-a", b"b")))(scope_of(), never, sent)
    assert (b"cache-control", b"max-age=1") in sent.headers
    assert NO_STORE not in sent.headers
    assert (b"x-a", b"b") in sent.headers
    assert own.raw_headers != sent.headers, "a response that is sent again gets them once"


def test_https_and_an_unsafe_database_each_add_a_header() -> None:
    plain = set(page_headers(secure=False, unsafe=False))
    assert {name for name, _ in set(page_headers(secure=True, unsafe=True)) - plain} == {
        b"strict-transport-security",
        b"x-gotovo-unsafe",
    }
