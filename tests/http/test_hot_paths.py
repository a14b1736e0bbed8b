"""Routes are found by their segments, and a response is starlette's without its price."""

from starlette.responses import Response

from gotovo.http.hot_paths import HotResponse, RouteTree
from tests.support.http.asgi import Sent, never, scope_of

TREE = RouteTree(
    (
        ("GET", "/orders", "list"),
        ("POST", "/orders", "place"),
        ("GET", "/orders/{number}", "read"),
        ("GET", "/orders/live", "live"),
        ("POST", "/orders/{number}/payment", "pay"),
    )
)


def test_a_route_is_found_with_its_parameters() -> None:
    assert TREE.find("/orders") == ({"GET": "list", "POST": "place"}, {})
    assert TREE.find("/orders/12/payment") == ({"POST": "pay"}, {"number": "12"})


def test_an_exact_segment_goes_before_a_parameter() -> None:
    assert TREE.find("/orders/live") == ({"GET": "live"}, {})
    assert TREE.find("/orders/lives") == ({"GET": "read"}, {"number": "lives"})


def test_other_paths_lead_nowhere() -> None:
    for path in ("", "/", "/orders/", "/orders/12/", "/orders/12/refund", "//orders", "orders"):
        assert TREE.find(path) is None, path


async def test_a_hot_response_is_sent_as_starlettes_own_is() -> None:
    hot, own = Sent(), Sent()
    await HotResponse(b"{}", 201, headers=((b"x-a", b"b"),))(scope_of(), never, hot)
    response = Response(b"{}", 201, {"x-a": "b"}, "application/json")
    await response(scope_of(), never, own)
    assert sorted(hot.messages[0].pop("headers")) == sorted(own.messages[0].pop("headers"))
    assert hot.messages == own.messages
    assert response.headers["content-length"] == "2"
