"""Of a name that is sent twice, the first value counts."""

from gotovo.http.caps import QUERY_BYTES_MAX
from gotovo.http.requests import PageRequest
from tests.support.http.asgi import scope_of


def test_the_first_cookie_of_a_name_counts_in_however_many_headers_they_come() -> None:
    scope = scope_of()
    scope["headers"] = [(b"cookie", b"a=1; b=2; a=3"), (b"cookie", b"b=4;c=5; odd")]
    request = PageRequest(scope)
    assert request.cookies == {"a": "1", "b": "2", "c": "5", "": "odd"}
    assert PageRequest(scope_of()).cookies == {}


def test_the_first_parameter_of_a_name_counts_and_the_query_has_a_cap() -> None:
    query = b"q=lamp&q=bulb&empty=&" + b"x" * QUERY_BYTES_MAX + b"&last=1"
    request = PageRequest({**scope_of(), "query_string": query})
    assert request.query_params["q"] == "lamp"
    assert request.query_params["empty"] == ""
    assert "last" not in request.query_params
