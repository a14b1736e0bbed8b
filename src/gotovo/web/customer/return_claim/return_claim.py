"""Return claim: what the buyer will bring back and why, with photos."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from msgspec import Struct
from starlette.responses import Response

from gotovo.attachments.attachments import AttachmentError
from gotovo.attachments.content_check import AttachmentRefusal
from gotovo.http.caps import FILE_BYTES_MAX, FILES_MAX
from gotovo.http.errors import TooManyRequests
from gotovo.order.account.handover_place import handover_place
from gotovo.order.checks.return_period import return_deadline
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Units
from gotovo.order.values.settlement.balance import value_of
from gotovo.order.values.texts.order_text import TextKey
from gotovo.store.tables.attachments.attachment import (
    AttachmentContent,
    AttachmentPurpose,
    AttachmentType,
    of_order,
)
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.permissions import may
from gotovo.web.customer.steps.submit_action import submit_step
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.erased_text import erased_text
from gotovo.words.translations import msgid

REASONS: Final = {
    "defect": msgid("Broken or faulty"),
    "wrong": msgid("Wrong item"),
    "size": msgid("Does not fit"),
    "unwanted": msgid("I changed my mind"),
    "other": msgid("Something else"),
}
"""Reasons to choose from; the code becomes the claim's note. The comment stays out of history."""

COMMENT_MAX: Final = 500

_NO_UNITS: Final = msgid("Choose what you are returning.")
_NO_REASON: Final = msgid("Choose a reason.")
_TOO_LONG: Final = msgid("The comment is too long: 500 characters at most.")
_FULL: Final = msgid("Your return request is saved, but it already has too many photos.")
_NO_PHOTO: Final = msgid("Up to five photos: JPEG, PNG or WebP, up to 8 MB each.")


class ReturnClaimPage(Struct, frozen=True):
    """The claim that was made, and the form for one; templates name it `page`.

    `value` is that of the claimed items, in minor units; `reasons` are labels by code; `typed` is
    what the form's fields hold.
    """

    is_possible: bool
    possible_until: datetime | None
    zone: str
    value: int
    reason: str
    comment: str
    photos: Sequence[str]
    reasons: Mapping[str, str]
    refund_days: int
    typed: Mapping[str, str]


async def return_claim_page(visit: Visit, order: Order) -> Response:
    """Show the claim that was made, and the form for one while there is time."""
    if not may(visit, order, "return-claim") and order.claim is None:
        raise ActionUnavailable(order)
    return await _page(visit, order, {}, "")


async def claim_return(visit: Visit, order: Order) -> Response:
    """Claim a return; the pictures are stored once the claim is accepted."""
    if not may(visit, order, "return-claim") and order.claim is None:
        raise ActionUnavailable(order)
    with visit.dependencies.uploads.slot(
        order.customer, visit.request.headers.get("content-length", "")
    ):
        upload = await visit.read_upload()
        pictures = await _pictures(visit, order, upload.files)
    form = upload.fields
    units = _units(form, order)
    wrong = _wrong(form, units, pictures)
    if wrong:
        return await _page(visit, order, form, visit.translate(wrong))
    once = form.get("once", "")
    order = await submit_step(visit, order, ClaimReturn(units, form["reason"]), once=once)
    await visit.dependencies.claim_comments.put(order.number, _comment(form), visit.now)
    stored = [await _store(visit, order, each) for each in pictures or ()]
    if not all(stored):
        return await _page(visit, order, {}, visit.translate(_FULL))
    return see_other(visit, f"/orders/{order.number}/return-claim")


async def claim_photo(visit: Visit, order: Order, photo: str) -> Response:
    """Show a picture to the buyer who sent it."""
    try:
        id_ = UUID(hex=photo)
    except ValueError as error:
        raise PageNotFound from error
    found = await visit.dependencies.attachments.claim_picture(order.number, id_)
    if found is None or found.content is None:
        raise PageNotFound
    return Response(found.content, media_type=found.type, headers={"content-disposition": "inline"})


async def _page(visit: Visit, order: Order, typed: Mapping[str, str], wrong: str) -> Response:
    dependencies, terms = visit.dependencies, visit.dependencies.terms
    photos = await dependencies.attachments.claims_of(order.number)
    page = ReturnClaimPage(
        is_possible=may(visit, order, "return-claim"),
        possible_until=return_deadline(order, terms),
        zone=handover_place(order, dependencies.places()).time_zone,
        value=value_of(order, order.claim.units) if order.claim else 0,
        reason=await _reason(visit, order),
        comment=await dependencies.claim_comments.of_order(order.number),
        photos=[each.id.hex for each in photos],
        reasons={code: visit.translate(label) for code, label in REASONS.items()},
        refund_days=terms.refund_days,
        typed=typed,
    )
    return render(
        visit,
        "customer/return_claim/return_claim.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        order=order,
        wrong=wrong,
        page=page,
    )


async def _reason(visit: Visit, order: Order) -> str:
    """Return why the claim was made: one of the reasons, or a program's own words."""
    claim = order.claim
    if claim is None:
        return ""
    note: str | None = claim.note
    if claim.text_digest:
        key = TextKey(order.number, claim.text_digest)
        note = (await visit.dependencies.texts.of_keys([key])).get(key)
    if note is None:
        return erased_text(visit.language)
    return visit.translate(REASONS[note]) if note in REASONS else note


def _units(form: Mapping[str, str], order: Order) -> tuple[Units, ...]:
    """Return the chosen quantities; the engine checks whether the buyer has as many."""
    counts = ((line, form.get(f"units-{line}", "")) for line in range(1, len(order.lines) + 1))
    return tuple(
        Units(line, int(count))
        for line, count in counts
        if count.isascii() and count.isdigit() and len(count) < len("1000000") and int(count)
    )


async def _pictures(
    visit: Visit, order: Order, files: Sequence[bytes]
) -> Sequence[AttachmentContent] | None:
    """Return the pictures redrawn; None if one can't be read or there are too many."""
    if len(files) > FILES_MAX or any(len(each) > FILE_BYTES_MAX for each in files):
        return None
    attachments, pictures = visit.dependencies.attachments, list[AttachmentContent]()
    try:
        for each in files:
            await attachments.charge(_buyer(order), is_buyer=True)
            picture = await attachments.prepare(each)
            if isinstance(picture, AttachmentRefusal) or picture.type is not AttachmentType.JPEG:
                return None
            pictures.append(picture)
    except AttachmentError as error:
        raise TooManyRequests(error.wait) from error
    return pictures


async def _store(visit: Visit, order: Order, picture: AttachmentContent) -> bool:
    """Store a picture of the claim; return whether there was room for it."""
    stored = await visit.dependencies.attachments.put(
        of_order(order.number), AttachmentPurpose.CLAIM, picture, _buyer(order)
    )
    return not isinstance(stored, AttachmentRefusal)


def _buyer(order: Order) -> str:
    return f"{Role.BUYER}:{order.customer}"


def _wrong(
    form: Mapping[str, str],
    units: Sequence[Units],
    pictures: Sequence[AttachmentContent] | None,
) -> str:
    if not units:
        return _NO_UNITS
    if form.get("reason") not in REASONS:
        return _NO_REASON
    if len(_comment(form)) > COMMENT_MAX:
        return _TOO_LONG
    return _NO_PHOTO if pictures is None else ""


def _comment(form: Mapping[str, str]) -> str:
    return form.get("comment", "")
