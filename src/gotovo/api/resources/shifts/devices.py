"""Devices of a point as a resource: registered where they stand, listed, revoked."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType, structs
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.fresh_proof import DangerousStep
from gotovo.access.staff.work.devices import (
    COOKIE_DAYS,
    DEVICES_MAX,
    DeviceKind,
    device_digest,
    device_id_of,
    new_device_token,
)
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.shifts.point_access import (
    AT_POINT,
    device_cookie,
    is_in_charge,
    path_id,
    read_id_cursor,
    refusal_at,
)
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.store.tables.shifts.devices import FIRST_DEVICE, DeskDevice, NewDevice
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

COOKIE_SECONDS: Final = COOKIE_DAYS * 86_400
_REGISTRARS: Final = frozenset({Role.ADMIN, Role.POINT})


class DeviceBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device to register: what people call it, and how it is recognised.

    A browser is the one that sends the request, and gets a cookie. A handheld gets a token, which
    its program sends in the header Gotovo-Device.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: DeviceKind = DeviceKind.BROWSER


class DevicesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of devices."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class DeviceView(Value, frozen=True):
    """A device; `seen_at` is when a shift last began on it. `token` is told once."""

    id: UUID
    point: str
    name: str
    kind: str
    registered_at: datetime
    registered_by: str
    seen_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    token: str | UnsetType = UNSET


class DeskDevicesPage(Value, frozen=True):
    """A page, the oldest first; `next` is null on the last one."""

    items: list[DeviceView]
    next: str | None


async def register(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Register a device; only the response of the request that did so tells its token."""
    refusal = _not_in_charge(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    body = decode_body(request.content, _decoder)
    token = ""

    async def work(request_id: UUID) -> Response:
        nonlocal token
        device, token = await new_device(
            dependencies, request, device_id_of(request_id), body.name, body.kind
        )
        return json_response(view_of(device), HTTPStatus.CREATED)

    response = await run_once(dependencies, request, work)
    if not token:
        return response
    if body.kind is DeviceKind.BROWSER:
        response.raw_headers.append(device_cookie(request, token, COOKIE_SECONDS))
        return response
    told = structs.replace(_view_decoder.decode(bytes(response.body)), token=token)
    return json_response(told, response.status_code)


async def new_device(
    dependencies: ApiDependencies, request: ApiRequest, device: UUID, name: str, kind: DeviceKind
) -> tuple[DeskDevice, str]:
    """Store a device of the point in the path; return it with its token.

    The token is empty where the device was there already: an earlier response told it. Raises the
    error of a point with too many.
    """
    devices, token = dependencies.work.devices, new_device_token()
    digest = device_digest(token)
    assert digest is not None, "it was just made"
    point = request.path_params["code"]
    new = NewDevice(device, point, name, kind, digest, dependencies.clock())
    stored = await devices.register(new, request.author, DEVICES_MAX)
    if stored is not None:
        return stored, token
    known = await devices.find(device)
    if known is None:
        raise ApiError(RequestErrorCode.TOO_MANY_DEVICES, "point", point, str(DEVICES_MAX))
    return known, ""


async def list_devices(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the devices of a point, revoked ones included."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    query = query_of(request, DevicesQuery)
    after = read_id_cursor(query.after) if query.after else FIRST_DEVICE
    point = request.path_params["code"]
    found = await dependencies.work.devices.of_point(point, after, query.limit + 1)
    items = [view_of(each) for each in found[: query.limit]]
    is_last = len(found) <= query.limit
    following = None if is_last else cursor_of(items[-1].registered_at, items[-1].id.hex)
    return json_response(DeskDevicesPage(items, following))


async def revoke(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Revoke a device; the shifts on it end, and so do their sessions."""
    refusal = _not_in_charge(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    device = path_id(request, "device", RequestErrorCode.UNKNOWN_DEVICE)
    point = request.path_params["code"]
    revoked = await dependencies.work.shift_store.revoke_device(
        device, point, dependencies.clock(), request.author
    )
    if revoked is None:
        known = await dependencies.work.devices.find(device)
        if known is None or known.point != point:
            raise ApiError(RequestErrorCode.UNKNOWN_DEVICE, "device", str(device))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def view_of(device: DeskDevice) -> DeviceView:
    """Return a device as it is shown."""
    return DeviceView(**structs.asdict(device))


def _not_in_charge(dependencies: ApiDependencies, request: ApiRequest) -> Refusal | None:
    """Return why the asker does not register or revoke devices here, None where they may."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal
    may_manager = dependencies.work.terms.managers_register
    if request.actor.role is Role.ADMIN or (may_manager and is_in_charge(request)):
        return None
    expected = "manager of the point, admin" if may_manager else "admin"
    return Refusal(Code.NOT_PERMITTED, "role", request.actor.role, expected)


_decoder = msgspec.json.Decoder(DeviceBody)
_view_decoder = msgspec.json.Decoder(DeviceView)
_AT_POINT = (Code.WRONG_POINT, Code.UNKNOWN_POINT)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/devices",
        name="registerDevice",
        tag="shifts",
        summary="Register a device of a point",
        description=(
            "An administrator does, or the manager of the point where the setting lets managers. A "
            "browser registers itself and gets a cookie; a handheld gets a token, told once."
        ),
        handler=register,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_WRITE,
        roles=_REGISTRARS,
        body=DeviceBody,
        body_example={"name": "Counter 1", "kind": "browser"},
        response=DeviceView,
        response_status=HTTPStatus.CREATED,
        problems=(
            *_AT_POINT,
            RequestErrorCode.TOO_MANY_DEVICES,
        ),
        repeatable=True,
        outside_shift=True,
        danger=DangerousStep.DEVICE_REGISTRATION,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/devices",
        name="listDevices",
        tag="shifts",
        summary="List the devices of a point",
        handler=list_devices,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_READ,
        roles=AT_POINT,
        query=DevicesQuery,
        response=DeskDevicesPage,
        problems=(*_AT_POINT, RequestErrorCode.INVALID_QUERY),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/points/{code}/devices/{device}",
        name="revokeDevice",
        tag="shifts",
        summary="Revoke a device of a point",
        description="The shifts on it end at once, and so do the sessions of these shifts.",
        handler=revoke,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.SHIFTS_WRITE,
        roles=_REGISTRARS,
        response_status=HTTPStatus.NO_CONTENT,
        problems=(*_AT_POINT, RequestErrorCode.UNKNOWN_DEVICE),
        outside_shift=True,
    ),
)
