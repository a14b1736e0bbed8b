"""Who gets to what belongs to one point, and what a request says of its device."""

from datetime import datetime
from typing import Final
from uuid import UUID

from gotovo.access.permissions import acts_for_network
from gotovo.access.staff.work.devices import DEVICE_COOKIE, DEVICE_HEADER, device_digest
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.pagination import read_cursor
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.staff_requests import is_manager, person_behind
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import OFFICE, Role
from gotovo.store.tables.shifts.devices import DeskDevice
from gotovo.words.request_errors import RequestErrorCode

AT_POINT: Final = OFFICE | {Role.POINT}
"""Who has to do with the work at a point: its people, and the office of the network."""

_SECURE: Final = "https"


def refusal_at(dependencies: ApiDependencies, request: ApiRequest) -> Refusal | None:
    """Return why the point in the path is none of the asker's, None where it is.

    Who works at one point hears of no other, whether there is one with this code or not. Points are
    the network's, so the office of a shop has nothing to do with their people.
    """
    point, actor = request.path_params["code"], request.actor
    if not acts_for_network(actor):
        return Refusal(Code.NOT_PERMITTED, "shop", actor.shop or "", "the network")
    if actor.place and actor.place != point:
        return Refusal(Code.WRONG_POINT, "point", point, actor.place)
    points, _ = dependencies.directory()
    return None if point in points else Refusal(Code.UNKNOWN_POINT, "code", point)


def is_in_charge(request: ApiRequest) -> bool:
    """Tell whether the asker is in charge of the point in the path: its manager, or an admin."""
    return request.actor.role is Role.ADMIN or is_manager(request.holder)


def require_person(request: ApiRequest) -> UUID:
    """Return the person who asks; raise the error of a program."""
    person = person_behind(request.holder)
    if person is None or request.holder.session is None:
        raise ApiError(RequestErrorCode.PERSON_REQUIRED)
    return person


def path_id(request: ApiRequest, name: str, unknown: RequestErrorCode) -> UUID:
    """Return an id in the path; raise the error of what can be none."""
    text = request.path_params[name]
    try:
        return UUID(text)
    except ValueError as error:
        raise ApiError(unknown, name, text) from error


def read_id_cursor(text: str) -> tuple[datetime, UUID]:
    """Return the instant and the id in a cursor; raise the error of what is none."""
    instant, name = read_cursor(text)
    try:
        return instant, UUID(hex=name)
    except ValueError as error:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", text, "a cursor") from error


async def device_of(dependencies: ApiDependencies, request: ApiRequest) -> DeskDevice | None:
    """Return the device that a request comes from: by its header, or by the browser's cookie."""
    token = request.header_bytes.get(DEVICE_HEADER, b"").decode("latin-1")
    digest = device_digest(token or request.cookies.get(cookie_name(request), ""))
    return None if digest is None else await dependencies.work.devices.by_digest(digest)


def cookie_name(request: ApiRequest) -> str:
    """Return the cookie of the device; over https no neighbouring domain can plant it."""
    return f"__Host-{DEVICE_COOKIE}" if request.scope["scheme"] == _SECURE else DEVICE_COOKIE


def device_cookie(request: ApiRequest, token: str, seconds: int) -> tuple[bytes, bytes]:
    """Return the header that lets a browser keep a device's token, where no script reads it."""
    secure = "; Secure" if request.scope["scheme"] == _SECURE else ""
    value = f"{cookie_name(request)}={token}; HttpOnly; Path=/; SameSite=strict"
    return b"set-cookie", f"{value}; Max-Age={seconds}{secure}".encode()
