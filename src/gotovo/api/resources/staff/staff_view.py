"""Staff as the API takes and shows them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from gotovo.access.programs.api_keys import shop_named
from gotovo.access.staff.staff_access import LOGIN_LENGTH_MAX, NAME_LENGTH_MAX
from gotovo.api.dispatch.errors import ApiError
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME, OFFICE, Role
from gotovo.store.tables.staff.credentials import PendingInvitation
from gotovo.store.tables.staff.people import NewGrant, StaffPerson, StoredGrant
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

StaffRole = Literal["point", "warehouse", "courier", "support", "admin"]
Place = Annotated[str, Meta(max_length=64)]

GRANTS_MAX = 20
"""One person at so many points is a driver, who needs no grant of a point."""


class GrantBody(Value, frozen=True, forbid_unknown_fields=True):
    """What a person may act as.

    `point` is for the role `point`, `warehouse` for that role, `shop` for `support` and `admin`
    (`default` for the shop that has no code); without it the grant reaches everywhere.
    """

    role: StaffRole
    point: Place = ""
    warehouse: Place = ""
    shop: Place = ""


class StaffBody(Value, frozen=True, forbid_unknown_fields=True):
    """Somebody who is invited.

    `login` is what a password is for; `phone` their own, so that they hand nothing over to
    themselves: only who they are as a buyer is stored, not the number.
    """

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
    login: Annotated[str, Meta(min_length=1, max_length=LOGIN_LENGTH_MAX)]
    grants: Annotated[tuple[GrantBody, ...], Meta(min_length=1, max_length=GRANTS_MAX)]
    phone: Annotated[str, Meta(max_length=64)] = ""
    locale: Literal["ru", "en"] | None = None


class InvitationBody(Value, frozen=True, forbid_unknown_fields=True):
    """Another link for a person; `reset` deletes what signed them in, and ends their sessions."""

    reset: bool = False


class GrantView(Value, frozen=True):
    """A grant; what is absent is not limited."""

    id: UUID
    role: str
    granted_at: datetime
    granted_by: str
    point: str | UnsetType = UNSET
    warehouse: str | UnsetType = UNSET
    shop: str | UnsetType = UNSET


class StaffInvitationView(Value, frozen=True):
    """An invitation that is open: `url` is in the response alone that made it."""

    kind: str
    expires_at: datetime
    url: str | None = None


class StaffView(Value, frozen=True):
    """A person. `signs_in_with` is empty until the invitation is used.

    `knows_own_phone`: an order of their own is not handed over by them.
    """

    id: UUID
    actor: str
    name: str
    login: str
    locale: str | None
    grants: list[GrantView]
    signs_in_with: list[str]
    knows_own_phone: bool
    invitation: StaffInvitationView | None
    created_at: datetime
    created_by: str
    suspended_at: datetime | None


class StaffPage(Value, frozen=True):
    """A page, by name; `next` is null on the last one."""

    items: list[StaffView]
    next: str | None


class MeView(Value, frozen=True):
    """Who sends this request, and what they act as.

    `person` is null for a program. `proved_at` is when the person last proved who they are, and
    `proof_age_seconds` how long ago that is; `ends_at` is when the session ends. `scopes` are what
    the role may do.
    """

    actor: str
    name: str
    role: str
    scopes: list[str]
    person: UUID | None = None
    login: str | None = None
    locale: str | None = None
    point: str | None = None
    warehouse: str | None = None
    shop: str | None = None
    began_at: datetime | None = None
    ends_at: datetime | None = None
    proved_at: datetime | None = None
    proof_age_seconds: int | None = None
    shift: UUID | None = None
    device: UUID | None = None


def grant_view(grant: StoredGrant) -> GrantView:
    """Return a grant as it is shown."""
    return GrantView(
        id=grant.id,
        role=grant.role,
        granted_at=grant.granted_at,
        granted_by=grant.granted_by,
        point=grant.point or UNSET,
        warehouse=grant.warehouse or UNSET,
        shop=UNSET if grant.shop is None else shop_name(grant.shop),
    )


def staff_view(
    person: StaffPerson,
    grants: Iterable[StoredGrant],
    invitation: PendingInvitation | None,
    url: str | None = None,
) -> StaffView:
    """Return a person as they are shown, with these of their grants."""
    ways: Sequence[tuple[str, bool]] = (
        ("passkey", person.passkeys > 0),
        ("password", person.has_password),
    )
    return StaffView(
        id=person.id,
        actor=f"staff-{person.id.hex}",
        name=person.name,
        login=person.login,
        locale=person.locale,
        grants=[grant_view(each) for each in grants],
        signs_in_with=[name for name, has in ways if has],
        knows_own_phone=bool(person.own_customer),
        invitation=None
        if invitation is None
        else StaffInvitationView(invitation.kind, invitation.expires_at, url),
        created_at=person.created_at,
        created_by=person.created_by,
        suspended_at=person.suspended_at,
    )


def shop_name(shop: str) -> str:
    """Return what a shop is called where the network could be meant as well."""
    return DEFAULT_SHOP_NAME if shop == DEFAULT_SHOP else shop


def new_grant(
    id_: UUID,
    body: GrantBody,
    prefix: str,
    places: tuple[Collection[str], Collection[str]],
    own_shop: str | None,
) -> NewGrant:
    """Return a grant as it is stored; raise ApiError for one that can't be given.

    `places` are the codes of points and warehouses. Who administers a shop gives grants of that
    shop alone.
    """
    role, (points, warehouses) = Role(body.role), places
    checked = (
        ("point", body.point, role is Role.POINT, points),
        ("warehouse", body.warehouse, role is Role.WAREHOUSE, warehouses),
    )
    for name, value, may_have, known in checked:
        if value and not may_have:
            raise _wrong(f"{prefix}{name}", value, "absent")
        if value and value not in known:
            raise _wrong(f"{prefix}{name}", value, f"the code of a {name}")
    shop = shop_named(body.shop)
    if own_shop is not None:
        if role not in OFFICE:
            raise _wrong(f"{prefix}role", body.role, ", ".join(sorted(OFFICE)))
        if shop not in {None, own_shop}:
            raise _wrong(f"{prefix}shop", body.shop, shop_name(own_shop))
        shop = own_shop
    if shop is not None and role not in OFFICE:
        raise _wrong(f"{prefix}shop", body.shop, "absent")
    return NewGrant(id_, role, shop, body.point or None, body.warehouse or None)


def _wrong(field: str, value: str, expected: str) -> ApiError:
    return ApiError(RequestErrorCode.INVALID_BODY, field, value, expected)
