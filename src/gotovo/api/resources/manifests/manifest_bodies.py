"""Bodies and queries of manifests, and whether what they list can travel with one van."""

from asyncio import gather
from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta

from gotovo.access.permissions import is_of_another_shop
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.dispatch.problems import FieldError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.manifests.lifecycle import ManifestState
from gotovo.manifests.manifest import PARCELS_MAX, contents_errors
from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Stage, find_parcel, place_of
from gotovo.store.tables.manifests.manifests import ListedParcel
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_LEAVES: Final = frozenset({Stage.PACKED, Stage.DISPATCHED})
_BARCODE_DIGITS: Final = 14

Name = Annotated[str, Meta(min_length=1, max_length=64)]


class ListedBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel of a manifest, and the box or cage that it travels in, if any."""

    parcel: Annotated[str, Meta(min_length=14, max_length=14)]
    box: Annotated[str, Meta(max_length=40)] = ""


Contents = Annotated[tuple[ListedBody, ...], Meta(max_length=PARCELS_MAX)]


class ManifestBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new manifest: one run from a warehouse to a point. Without `code` it gets one."""

    warehouse: Name
    point: Name
    code: Annotated[str, Meta(max_length=40)] = ""
    contents: Contents = ()


class ContentsBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parcels to be added to an open manifest."""

    contents: Contents


class ManifestsQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of manifests; `state` and `point` show only those."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    state: ManifestState | None = None
    point: Annotated[str, Meta(max_length=64)] | None = None


async def checked_contents(
    dependencies: ApiDependencies,
    request: ApiRequest,
    warehouse: str,
    point: str,
    contents: Sequence[ListedBody],
) -> list[ListedParcel]:
    """Return what is to be listed; raise the errors of what can't travel with this van."""
    listed = [
        ListedParcel(barcode=each.parcel, number=each.parcel[:12], box=each.box.upper())
        for each in contents
    ]
    errors = [FieldError(x.field, x.value, x.expected) for x in contents_errors(tuple(listed))]
    faults = await gather(
        *[_fault(dependencies, request, each.parcel, warehouse, point) for each in contents]
    )
    errors += [
        FieldError(f"contents[{index}].parcel", contents[index].parcel, fault)
        for index, fault in enumerate(faults)
        if fault
    ]
    if errors:
        first = errors[0]
        code = RequestErrorCode.INVALID_SETTINGS
        raise ApiError(code, first.field, first.value, first.expected, errors=tuple(errors))
    return listed


async def _fault(
    dependencies: ApiDependencies, request: ApiRequest, barcode: str, warehouse: str, point: str
) -> str:
    """Return what was expected of a parcel, empty where nothing is wrong with it."""
    number = barcode[:12]
    if not (barcode.isascii() and barcode.isdigit() and is_valid(number)):
        return f"a parcel's barcode, {_BARCODE_DIGITS} digits"
    found = await dependencies.reads.order(number)
    if found is None or is_of_another_shop(found.shop, request.actor):
        return "a parcel of an order"
    order = found.order
    if order.warehouse != warehouse:
        return f"a parcel of the warehouse {warehouse}"
    parcel = find_parcel(order, barcode)
    if parcel is None or parcel.stage not in _LEAVES:
        return "a packed parcel"
    return "" if place_of(order) == point else f"a parcel for {point}"
