"""An endpoint as data: one row of the table that routing, documentation and checks share."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.fresh_proof import DangerousStep
from gotovo.api.deprecation import Deprecation
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.request import ApiRequest
from gotovo.http.caps import JSON_BYTES_MAX
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Role
from gotovo.words.request_errors import RequestErrorCode

Handler = Callable[[ApiDependencies, ApiRequest], Awaitable[Response]]

KEY_ROLES = frozenset(Role) - {Role.BUYER, Role.SYSTEM}
"""The roles that a key can have: buyers sign in instead, and the system is Gotovo itself."""


class ProtectedBy(StrEnum):
    """What keeps an endpoint's object from those who may not see or change it.

    Whatever it is, the key's role has to be one of the endpoint's. `NETWORK_KEY`, `POINT` and
    `MANIFEST` are enforced before the handler is called: who belongs to a shop changes nothing that
    all shops share, and sees no shelf and no van with the parcels of others. The rest name what the
    handler asks `access/permissions` or the engine about.
    """

    NETWORK = "network"  # shared by all shops: any key of the roles reads it
    NETWORK_KEY = "network key"  # shared by all shops: a key of a shop may not change it
    SHOP = "shop"  # a list, limited to the key's shop and point
    ORDER = "order"  # one order, of the key's shop and point
    COMMAND = "command"  # each command by its order, in the engine
    POINT = "point"  # one point and its people, for all shops: the network's own affairs
    DESK = "desk"  # the desk of one point, with the orders of the asker's shop
    MANIFEST = "manifest"  # one manifest, of its warehouse and its point, for all shops
    PERSON = "person"  # the own session of whoever asks: there is nobody else's to get to
    BUYER = "buyer"  # one buyer, known to a shop by its own orders alone


class Endpoint(Struct, frozen=True, kw_only=True):
    """One method of one path.

    `path` names its parameters in braces. `body`, `response` and `query` are structs, None where
    there is none; `file_types` are the media types of a body that is a file instead, and
    `response_types` those of a response that is one; `reduced_response` is the struct for a key
    that sees only the goods of the order, and `minimal_response` for a client that prefers a
    minimal one.
    `protected_by` and `scope` have no default: each endpoint says them; the scope is None only
    where each command of a list has its own, and for what no program does. `problems` are those
    beyond the ones of every endpoint. `repeatable` means that an Idempotency-Key is required,
    `streams` that the response can also be an event stream, `tabular` that it can also be CSV,
    `shortens` that `Prefer: return=minimal` is honoured. `deprecation` announces the end of the
    endpoint. What a clerk changes needs an open shift, unless `outside_shift` says otherwise;
    `danger` is the step for which a person needs a fresh proof.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str = ""
    handler: Handler
    protected_by: ProtectedBy
    scope: KeyScope | None
    roles: frozenset[Role] = KEY_ROLES
    body: Any = None
    body_example: Any = None
    body_bytes_max: int = JSON_BYTES_MAX
    file_types: tuple[str, ...] = ()
    query: type[Struct] | None = None
    response: Any = None
    reduced_response: Any = None
    minimal_response: Any = None
    response_types: tuple[str, ...] = ()
    response_status: int = 200
    further_statuses: tuple[int, ...] = ()
    problems: tuple[Code | RequestErrorCode, ...] = ()
    repeatable: bool = False
    streams: bool = False
    tabular: bool = False
    shortens: bool = False
    deprecation: Deprecation | None = None
    outside_shift: bool = False
    danger: DangerousStep | None = None

    @property
    def needs_shift(self) -> bool:
        """Whether a clerk needs an open shift for it."""
        return Role.POINT in self.roles and self.method != "GET" and not self.outside_shift

    @property
    def responses(self) -> tuple[Any, ...]:
        """The structs that a response can be."""
        every = (self.response, self.reduced_response, self.minimal_response)
        return tuple(each for each in every if each is not None)
