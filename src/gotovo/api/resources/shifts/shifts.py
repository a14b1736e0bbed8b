"""Shifts as a resource: begun on a device of the point, ended by the person or a manager."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType, structs
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.work.devices import DeviceKind, device_id_of
from gotovo.access.staff.work.point_work import DevicePolicy
from gotovo.access.staff.work.shifts import ShiftRefusal
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.shifts.devices import COOKIE_SECONDS, new_device
from gotovo.api.resources.shifts.names import name_in, names_of, person_in
from gotovo.api.resources.shifts.point_access import (
    AT_POINT,
    device_cookie,
    device_of,
    is_in_charge,
    path_id,
    read_id_cursor,
    refusal_at,
    require_person,
)
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import OFFICE, Role
from gotovo.store.tables.shifts.devices import DeskDevice
from gotovo.store.tables.shifts.shifts import LATEST_SHIFT, Shift, ShiftFilter
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class ShiftBody(Value, frozen=True, forbid_unknown_fields=True):
    """Begins a shift; who, where and on which device follows from the request."""


class ShiftEndBody(Value, frozen=True, forbid_unknown_fields=True):
    """Ends a shift."""


class ShiftsQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of shifts: of one person, or open ones alone, where that is asked for."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    person: Annotated[str, Meta(max_length=64)] = ""
    open: bool = False


class ShiftView(Value, frozen=True):
    """A shift; it ends at `ends_by` unless somebody ends it before.

    `end_reason` is `person`, `manager`, `time_limit` or `device_revoked`, null while it is open.
    `person_name` and `ended_by_name` are the names of people, left out where there is none.
    """

    id: UUID
    person: UUID
    point: str
    device: UUID
    begun_at: datetime
    ends_by: datetime
    ended_at: datetime | None
    end_reason: str | None
    ended_by: str | None
    person_name: str | UnsetType = UNSET
    ended_by_name: str | UnsetType = UNSET


class ShiftsPage(Value, frozen=True):
    """A page, the latest first; `next` is null on the last one."""

    items: list[ShiftView]
    next: str | None


async def begin(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Begin a shift; where the person has one here already, it is that one."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    person = require_person(request)
    decode_body(request.content, _decoder)
    token = ""

    async def work(request_id: UUID) -> Response:
        nonlocal token
        device, token = await _device(dependencies, request, request_id)
        session = request.holder.session
        begun = await dependencies.work.shifts.begin(
            request_id, person, device, session.digest if session else None, request.author
        )
        if begun is ShiftRefusal.DEVICE:
            raise ApiError(RequestErrorCode.DEVICE_REQUIRED, "device", str(device.id))
        if isinstance(begun, ShiftRefusal):
            elsewhere = await dependencies.work.shifts.of(person)
            point = elsewhere.point if elsewhere else ""
            raise ApiError(RequestErrorCode.SHIFT_ELSEWHERE, "shift", device.point, point)
        status = HTTPStatus.CREATED if begun.is_new else HTTPStatus.OK
        return json_response(await view_of(dependencies, begun.shift), status)

    response = await run_once(dependencies, request, work)
    _forget_session(dependencies, request)
    if token:
        response.raw_headers.append(device_cookie(request, token, COOKIE_SECONDS))
    return response


async def _device(
    dependencies: ApiDependencies, request: ApiRequest, request_id: UUID
) -> tuple[DeskDevice, str]:
    """Return the device that the request comes from, and its token where that is new."""
    point = request.path_params["code"]
    device = await device_of(dependencies, request)
    if device is not None and device.point == point:
        return device, ""
    if dependencies.work.terms.devices is not DevicePolicy.ANY:
        other = "" if device is None else device.point
        raise ApiError(RequestErrorCode.DEVICE_REQUIRED, "device", other, point)
    session = request.holder.session
    told = (session.browser, session.system) if session else ()
    name = ", ".join(each for each in told if each) or DeviceKind.BROWSER.value
    device_id = device_id_of(request_id)
    return await new_device(dependencies, request, device_id, name, DeviceKind.BROWSER)


async def list_shifts(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the shifts of a point; a clerk sees the own ones alone."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    query = query_of(request, ShiftsQuery)
    person, own = _person_in(query), _only_own(request)
    if own is not None and person not in {None, own}:
        refusal = Refusal(Code.NOT_PERMITTED, "person", query.person, str(own))
        return refusal_response(request, refusal)
    after = read_id_cursor(query.after) if query.after else LATEST_SHIFT
    wanted = ShiftFilter(own or person, dependencies.clock() if query.open else None)
    point = request.path_params["code"]
    found = await dependencies.work.shift_store.of_point(point, after, query.limit + 1, wanted)
    items = await views_of(dependencies, found[: query.limit])
    is_last = len(found) <= query.limit
    following = None if is_last else cursor_of(items[-1].begun_at, items[-1].id.hex)
    return json_response(ShiftsPage(items, following))


def _person_in(query: ShiftsQuery) -> UUID | None:
    try:
        return UUID(query.person) if query.person else None
    except ValueError as error:
        code = RequestErrorCode.INVALID_QUERY
        raise ApiError(code, "person", query.person, "the id of a person") from error


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a shift."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    shift = await shift_of_path(dependencies, request)
    return json_response(await view_of(dependencies, shift))


async def end(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """End a shift with its sessions; one that has ended is shown as it is."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    decode_body(request.content, _end_decoder)
    shift = await shift_of_path(dependencies, request)

    async def work(_request_id: UUID) -> Response:
        person = require_person(request) if request.holder.session else None
        ended = await dependencies.work.shifts.end(shift, person, request.author)
        return json_response(await view_of(dependencies, ended))

    response = await run_once(dependencies, request, work)
    _forget_session(dependencies, request)
    return response


def _forget_session(dependencies: ApiDependencies, request: ApiRequest) -> None:
    """Look the session up again: it is in a shift from now on, or was ended with it."""
    if request.holder.session is not None:
        dependencies.staff_sessions.forget(request.holder.session.digest)


async def shift_of_path(dependencies: ApiDependencies, request: ApiRequest) -> Shift:
    """Return the shift in the path; raise the error of one that is not there for the asker."""
    shift_id = path_id(request, "shift", RequestErrorCode.UNKNOWN_SHIFT)
    shift = await dependencies.work.shift_store.find(shift_id)
    own = _only_own(request)
    is_seen = shift is not None and own in {None, shift.person}
    if shift is None or not is_seen or shift.point != request.path_params["code"]:
        raise ApiError(RequestErrorCode.UNKNOWN_SHIFT, "shift", str(shift_id))
    return shift


async def view_of(dependencies: ApiDependencies, shift: Shift) -> ShiftView:
    """Return a shift as it is shown."""
    (view,) = await views_of(dependencies, [shift])
    return view


async def views_of(dependencies: ApiDependencies, shifts: Sequence[Shift]) -> list[ShiftView]:
    """Return shifts as they are shown, with the names of people in one read."""
    enders = {each.id: person_in(each.ended_by) for each in shifts}
    names = await names_of(dependencies, [*(each.person for each in shifts), *enders.values()])
    return [
        ShiftView(
            **structs.asdict(each),
            person_name=name_in(names, each.person),
            ended_by_name=name_in(names, enders[each.id]),
        )
        for each in shifts
    ]


def _only_own(request: ApiRequest) -> UUID | None:
    """Return the person whose shifts alone the asker sees, None for who sees everybody's.

    A program of the point sees them all: it is what the point's own equipment runs.
    """
    if request.actor.role in OFFICE or is_in_charge(request) or request.holder.session is None:
        return None
    return require_person(request)


_decoder = msgspec.json.Decoder(ShiftBody)
_end_decoder = msgspec.json.Decoder(ShiftEndBody)
_PROBLEMS = (Code.WRONG_POINT, Code.UNKNOWN_POINT, RequestErrorCode.UNKNOWN_SHIFT)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/shifts",
        name="beginShift",
        tag="shifts",
        summary="Begin a shift",
        description=(
            "On a device of the point, for whoever is signed in. A person has one open shift: a "
            "second request changes nothing (200), one at another point is refused. The session "
            "ends with the shift."
        ),
        handler=begin,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_WRITE,
        roles=frozenset({Role.POINT}),
        body=ShiftBody,
        body_example={},
        response=ShiftView,
        response_status=HTTPStatus.CREATED,
        further_statuses=(HTTPStatus.OK,),
        problems=(
            Code.WRONG_POINT,
            Code.UNKNOWN_POINT,
            RequestErrorCode.PERSON_REQUIRED,
            RequestErrorCode.DEVICE_REQUIRED,
            RequestErrorCode.TOO_MANY_DEVICES,
            RequestErrorCode.SHIFT_ELSEWHERE,
        ),
        repeatable=True,
        outside_shift=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/shifts",
        name="listShifts",
        tag="shifts",
        summary="List shifts of a point",
        description="A clerk sees the own ones, its manager and the office everybody's.",
        handler=list_shifts,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_READ,
        roles=AT_POINT,
        query=ShiftsQuery,
        response=ShiftsPage,
        problems=(Code.WRONG_POINT, Code.UNKNOWN_POINT, RequestErrorCode.INVALID_QUERY),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/shifts/{shift}",
        name="readShift",
        tag="shifts",
        summary="Read a shift",
        handler=read,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_READ,
        roles=AT_POINT,
        response=ShiftView,
        problems=_PROBLEMS,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/shifts/{shift}/ending",
        name="endShift",
        tag="shifts",
        summary="End a shift and its sessions",
        description="The person does, or somebody in charge: the manager of the point, an admin.",
        handler=end,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_WRITE,
        roles=frozenset({Role.POINT, Role.ADMIN}),
        body=ShiftEndBody,
        body_example={},
        response=ShiftView,
        problems=_PROBLEMS,
        repeatable=True,
        outside_shift=True,
    ),
)
