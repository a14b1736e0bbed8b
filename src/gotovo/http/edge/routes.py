"""The route of a request: the template of its path, for whoever watches requests from outside.

Only the applications know which route a path has; a path itself is never told, for it may hold
numbers, tokens and phones.
"""

from typing import Final

from msgspec import Struct
from starlette.types import Scope

_KEY: Final = "gotovo.route"


class MatchedRoute(Struct):
    """Where the application writes the route; empty as long as there is none."""

    template: str = ""


def watch_route(scope: Scope) -> MatchedRoute:
    """Return what will hold the route of this request."""
    matched = scope[_KEY] = MatchedRoute()
    return matched


def note_route(scope: Scope, template: str) -> None:
    """Tell the route of a request to whoever watches it."""
    matched = scope.get(_KEY)
    if matched is not None:
        matched.template = template
