"""A person as whoever asks may see and manage them.

Who administers a shop sees who acts for it, with their grants of that shop alone, and manages only
those whose grants are all of it: a person who also works for others is somebody else's.
"""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

import msgspec
from msgspec import structs
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.phones import parse_phone
from gotovo.access.staff.invitations import Invited
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.shops import unknown_shop
from gotovo.api.resources.staff.staff_view import (
    GrantBody,
    StaffView,
    new_grant,
    staff_view,
)
from gotovo.store.tables.staff.people import NewGrant, StaffPerson, StoredGrant
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class KnownPerson(Value, frozen=True):
    """A person with the grants that whoever asks may see; `has_others`: there are more."""

    person: StaffPerson
    grants: Sequence[StoredGrant]
    has_others: bool


async def known_person(
    dependencies: ApiDependencies, request: ApiRequest, id_: UUID | None = None
) -> KnownPerson:
    """Return a person that whoever asks may see; raise the error of one that does not exist."""
    named = request.path_params.get("id", "")
    wanted = id_of(named, "id") if id_ is None else id_
    shop, people = limits_of(request.actor).shop, dependencies.staff.people
    person = await people.find(wanted)
    every = await people.grants_of([wanted])
    grants = shown_grants(every, wanted, shop)
    if person is None or (shop is not None and not grants):
        raise ApiError(RequestErrorCode.UNKNOWN_STAFF, "id", named or str(wanted))
    return KnownPerson(person, grants, len(grants) < len(every))


async def managed_person(dependencies: ApiDependencies, request: ApiRequest) -> KnownPerson:
    """Return a person who is wholly of whom asks; raise the error of one who also serves others."""
    known = await known_person(dependencies, request)
    if known.has_others:
        raise ApiError(RequestErrorCode.STAFF_OF_OTHERS, "id", str(known.person.id))
    return known


async def require_another_admin(dependencies: ApiDependencies, person: StaffPerson) -> None:
    if not await dependencies.staff.people.administrators_beside(person.id):
        raise ApiError(RequestErrorCode.LAST_ADMINISTRATOR, "id", str(person.id))


async def checked_grant(
    dependencies: ApiDependencies, request: ApiRequest, id_: UUID, body: GrantBody, prefix: str
) -> NewGrant:
    own = limits_of(request.actor).shop
    grant = new_grant(id_, body, prefix, dependencies.directory(), own)
    if grant.shop is not None and not await dependencies.shops.is_known(grant.shop):
        raise unknown_shop(body.shop, prefix)
    return grant


async def own_customer(dependencies: ApiDependencies, typed: str) -> str:
    """Return who somebody with this phone is as a buyer, empty without a phone."""
    if not typed:
        return ""
    phone = parse_phone(typed)
    if phone is None:
        raise ApiError(RequestErrorCode.INVALID_BODY, "phone", typed, "a phone number")
    return (await dependencies.phone_accounts.current([phone]))(phone)


def shown_grants(
    grants: Sequence[StoredGrant], person: UUID, shop: str | None
) -> list[StoredGrant]:
    return [each for each in grants if each.person == person and shop in {None, each.shop}]


async def person_response(
    dependencies: ApiDependencies, known: KnownPerson, status: int = HTTPStatus.OK
) -> Response:
    person = known.person
    invited = await dependencies.staff.credentials.invitations_of([person.id])
    return json_response(staff_view(person, known.grants, invited.get(person.id)), status)


def with_url(
    dependencies: ApiDependencies, response: Response, invited: Invited | None
) -> Response:
    """Return the response that made a link with the link in it; it is stored nowhere."""
    if invited is None:
        return response
    view = msgspec.json.decode(bytes(response.body), type=StaffView)
    if view.invitation is None:
        return response
    url = invited.url(dependencies.public_url)
    told = structs.replace(view, invitation=structs.replace(view.invitation, url=url))
    return json_response(told, response.status_code)


def id_of(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        code = RequestErrorCode.INVALID_QUERY if field == "after" else _UNKNOWN[field]
        raise ApiError(code, field, text) from error


_UNKNOWN = {"id": RequestErrorCode.UNKNOWN_STAFF, "grant": RequestErrorCode.UNKNOWN_GRANT}
