"""The route of a request reaches whoever watches it, also through copies of its scope."""

from typing import Any

from gotovo.http.edge.routes import note_route, watch_route


def test_a_route_is_told_through_a_copy_of_the_scope() -> None:
    scope: dict[str, Any] = {"path": "/orders/194566112558"}
    matched = watch_route(scope)
    note_route({**scope, "path": "/orders"}, "/orders/{number}")
    assert matched.template == "/orders/{number}"


def test_nothing_is_kept_where_nobody_watches() -> None:
    scope: dict[str, Any] = {"path": "/"}
    note_route(scope, "/")
    assert scope == {"path": "/"}
