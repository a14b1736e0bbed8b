"""One id for a request: in its response, in its log lines, and in what the client logs."""

import pytest

from gotovo.http.request_ids import (
    current_request_id,
    enter_request,
    logged_path,
    request_id_of,
)
from tests.support.http.asgi import scope_of


@pytest.mark.parametrize("sent", [b"", b"a b", b"x" * 101, b"\xff", b"79001234567", b"a\nb"])
def test_what_is_not_fit_for_a_log_gets_a_new_id(sent: bytes) -> None:
    drawn = request_id_of(sent)
    assert drawn != sent
    assert len(drawn) == 16


def test_an_id_that_is_fit_is_kept_and_is_that_of_the_whole_request() -> None:
    scope = {**scope_of(), "headers": [(b"x-request-id", b"asked-1")]}
    assert enter_request(scope) == b"asked-1"
    assert current_request_id() == "asked-1"
    assert enter_request({**scope, "headers": []}) == b"asked-1"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/", "/"),
        ("/orders/123456789012/return-claim", "/orders/…/return-claim"),
        ("/api/v1/customers/+79001234567", "/api/v1/customers/…"),
        ("/track/AbCdEf0123456789_-xyz", "/track/…"),
        ("/Алина", "/…"),
    ],
)
def test_a_path_is_logged_by_its_names_alone(path: str, logged: str) -> None:
    assert logged_path(path) == logged
