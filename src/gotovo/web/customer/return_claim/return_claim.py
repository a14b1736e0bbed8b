"""Return claim: what the buyer will bring back and why, with photos."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from msgspec import Struct
from starlette.responses import Response

from gotovo.http.caps import FILE_BYTES_MAX, FILES_MAX
from gotovo.http.errors import TooManyRequests
from gotovo.order.account.handover_place import handover_place
from gotovo.order.checks.return_period import return_deadline
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.order import Order, Units
from gotovo.order.values.settlement.balance import value_of
from gotovo.order.values.texts.order_text import TextKey
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

_LATER: Final = timedelta(minutes=1)
_NO_UNITS: Final = msgid("Choose what you are returning.")
_NO_REASON: Final = msgid("Choose a reason.")
_TOO_LONG: Final = msgid("The comment is too long: 500 characters at most.")
_FULL: Final = msgid("Your return request is saved, but it already has too many photos.")
_NO_PHOTO: Final = msgid("Up to five photos: JPEG, PNG or WebP, up to 8 MB each.")


_drawing = asyncio.Semaphore(1)
"""A decoded picture takes up to 250 MB, so one is drawn at a time."""

_DRAWING_SECONDS_MAX: Final = 20.0
"""How long pictures wait for those of other buyers; five large ones take three seconds."""


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
        pictures = await _pictures(upload.files)
    form = upload.fields
    units = _units(form, order)
    wrong = _wrong(form, units, pictures)
    if wrong:
        return await _page(visit, order, form, visit.translate(wrong))
    once = form.get("once", "")
    order = await submit_step(visit, order, ClaimReturn(units, form["reason"]), once=once)
    await visit.dependencies.claim_attachments.put_comment(order.number, _comment(form), visit.now)
    added = [_photo_id(order, once, index) for index in range(len(pictures or ()))]
    for id_, picture in zip(added, pictures or (), strict=True):
        await visit.dependencies.claim_attachments.add_photo(order.number, id_, visit.now, picture)
    if added and not {*added} <= {
        *await visit.dependencies.claim_attachments.photo_ids(order.number)
    }:
        return await _page(visit, order, {}, visit.translate(_FULL))
    return see_other(visit, f"/orders/{order.number}/return-claim")


async def claim_photo(visit: Visit, order: Order, photo: str) -> Response:
    """Show a picture to the buyer who sent it."""
    try:
        picture = await visit.dependencies.claim_attachments.photo(order.number, UUID(hex=photo))
    except ValueError as error:
        raise PageNotFound from error
    if picture is None:
        raise PageNotFound
    return Response(picture, media_type="image/jpeg", headers={"content-disposition": "inline"})


async def _page(visit: Visit, order: Order, typed: Mapping[str, str], wrong: str) -> Response:
    attachments, terms = visit.dependencies.claim_attachments, visit.dependencies.terms
    page = ReturnClaimPage(
        is_possible=may(visit, order, "return-claim"),
        possible_until=return_deadline(order, terms),
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        value=value_of(order, order.claim.units) if order.claim else 0,
        reason=await _reason(visit, order),
        comment=await attachments.comment(order.number),
        photos=[each.hex for each in await attachments.photo_ids(order.number)],
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


async def _pictures(files: Sequence[bytes]) -> Sequence[bytes] | None:
    """Return the pictures redrawn; None if one can't be read or there are too many."""
    if len(files) > FILES_MAX or any(len(each) > FILE_BYTES_MAX for each in files):
        return None
    if not files:
        return ()
    from gotovo.web.customer.return_claim.picture import redraw  # noqa: PLC0415  (PIL takes 4 MB)

    try:
        async with asyncio.timeout(_DRAWING_SECONDS_MAX):
            await _drawing.acquire()
    except TimeoutError as error:
        raise TooManyRequests(_LATER) from error
    try:
        redrawn = [await asyncio.to_thread(redraw, each) for each in files]
    finally:
        _drawing.release()
    pictures = [each for each in redrawn if each is not None]
    return pictures if len(pictures) == len(redrawn) else None


def _photo_id(order: Order, once: str, index: int) -> UUID:
    key = f"photo:{order.number}:{once}:{index}".encode()
    return UUID(bytes=hashlib.sha256(key).digest()[:16])


def _wrong(
    form: Mapping[str, str], units: Sequence[Units], pictures: Sequence[bytes] | None
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
