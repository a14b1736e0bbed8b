"""From a path to its endpoints: by exact segments, a parameter where a segment has no namesake."""

from collections.abc import Iterable

from msgspec import Struct, field

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.value import Value


class Found(Value, frozen=True):
    """What a path leads to: its endpoints by method, and the parameters in it."""

    methods: dict[str, Endpoint]
    names: dict[str, str]


class _Node(Struct):
    """One segment's place in the tree."""

    exact: dict[str, "_Node"] = field(default_factory=dict)
    parameter: str = ""
    below_parameter: "_Node | None" = None
    methods: dict[str, Endpoint] = field(default_factory=dict)


class Router:
    """A tree of segments: finding takes as many steps as the path has segments."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        """Build the tree; a second endpoint for the same method and path is our mistake."""
        self._root = _Node()
        for endpoint in endpoints:
            node = self._root
            for segment in endpoint.path.split("/")[1:]:
                node = _below(node, segment)
            assert endpoint.method not in node.methods, endpoint.path
            node.methods[endpoint.method] = endpoint

    def find(self, path: str) -> Found | None:
        """Return what the path leads to, None when it leads nowhere."""
        node = self._root
        names: dict[str, str] = {}
        for segment in path.split("/")[1:]:
            exact = node.exact.get(segment)
            if exact is not None:
                node = exact
            elif node.below_parameter is not None and segment:
                names[node.parameter] = segment
                node = node.below_parameter
            else:
                return None
        return Found(node.methods, names) if node.methods else None


def _below(node: _Node, segment: str) -> _Node:
    if not segment.startswith("{"):
        return node.exact.setdefault(segment, _Node())
    if node.below_parameter is None:
        node.parameter = segment.strip("{}")
        node.below_parameter = _Node()
    return node.below_parameter
