"""The view of an order's page: everything its templates show, by name and type."""

from collections.abc import Sequence

from msgspec import Struct

from gotovo.order.account.handover_place import HandoverPlace, handover_place
from gotovo.order.account.missed_payment import MissedPayment, missed_payment
from gotovo.order.account.offered_actions import OfferedActions, offered_actions
from gotovo.order.account.progress import NEXT_STEP, ProgressLine, progress
from gotovo.order.account.promise_status import PromiseStatus, delivery_terms, promise_status
from gotovo.order.account.shown_codes import shown_pickup_code, shown_trusted_code
from gotovo.order.checks.warehouse_choice import is_provisional
from gotovo.order.forecast.forecast import Outlook
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.cancellation import fee_kept
from gotovo.order.story import Story
from gotovo.order.values.order import Attention, Order, Reason, total
from gotovo.order.values.payments.captured import amount_due, payments_of
from gotovo.order.values.payments.payment import Payment
from gotovo.order.values.status import status_of
from gotovo.payments.checkout import PaymentOffer
from gotovo.web.customer.promise.expectation import outlook_of
from gotovo.web.customer.steps.permissions import buyer_circumstances
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language
from gotovo.words.promise_rule import promise_rule_sentence
from gotovo.words.refusals import NEAREST_WITH_ROOM, refusal_notice
from gotovo.words.storage_rule import storage_rule_sentence
from gotovo.words.translations import tie_short_words

_NOT_SHOWN = frozenset({Attention.CONTRADICTION, Attention.UNANSWERED})
"""What the office looks into; an open question is shown by itself."""

_STILL_LOOKED_AT = frozenset({Attention.DISPUTE, Attention.MONEY})
"""What people go on looking at when an order is closed."""


class OrderCodes(Struct, frozen=True):
    """The codes for the hand-over, empty while they are not shown."""

    pickup: str
    trusted: str


class OrderNotices(Struct, frozen=True):
    """What the page says first: why an action was refused, what went wrong, what support wrote.

    A refused change of place `is_place_full`: the buyer chooses another.
    """

    refusal: str
    is_place_full: bool
    attention: Sequence[Attention]
    has_unread_answer: bool


class OrderPage(Struct, frozen=True):
    """An order as its page shows it; templates name it `page`.

    `story` is folded from the events, and `progress` from the story. `promise_rule` and
    `storage_rule` are sentences, empty without a rule. `next_step` is a step of the lifecycle,
    empty outside processing. `outlook` is None when too little is known. `address` is the
    courier's. Live updates begin after `cursor`; without one the page is not updated.
    """

    order: Order
    status: str
    place: HandoverPlace
    address: str
    story: Story
    progress: Sequence[ProgressLine]
    next_step: str
    promise: PromiseStatus | None
    promise_rule: str
    outlook: Outlook | None
    storage_rule: str
    codes: OrderCodes
    actions: OfferedActions
    notices: OrderNotices
    payment: PaymentOffer
    cursor: str | None

    @property
    def zone(self) -> str:
        """Return the time zone that the order's times are shown in."""
        return self.place.time_zone

    @property
    def promise_is_provisional(self) -> bool:
        """Tell whether paying may choose another warehouse, and so another date (rule 4.1)."""
        return is_provisional(self.order)

    @property
    def total(self) -> int:
        """Return what the order costs, in minor units."""
        return total(self.order)

    @property
    def fee_if_cancelled(self) -> int:
        """Return the delivery fee that the buyer would not get back, in minor units."""
        return fee_kept(self.order, Reason.CUSTOMER_REQUEST)

    @property
    def due(self) -> int:
        """Return what is left to pay, in minor units."""
        return amount_due(self.order)

    @property
    def missed_payment(self) -> MissedPayment:
        """Return what came of the payment of an order that closed as unpaid."""
        return missed_payment(self.order)

    @property
    def payments(self) -> Sequence[Payment]:
        """Return every payment that was reported, oldest first."""
        return payments_of(self.order)


def order_view(
    visit: Visit,
    story: Story,
    address: str,
    notices: OrderNotices,
    payment: PaymentOffer,
    *,
    cursor: str | None,
) -> OrderPage:
    """Return the view of an order from its story."""
    order, keys = story.order, visit.dependencies.codes
    place = handover_place(order, visit.dependencies.places())
    terms = delivery_terms(place.point, place.warehouse)
    promise = promise_status(order, terms, visit.now, story.promises)
    return OrderPage(
        order=order,
        status=status_of(order),
        place=place,
        address=address,
        story=story,
        progress=progress(story),
        next_step=NEXT_STEP.get(order.stage, ""),
        promise=promise,
        promise_rule=_promise_rule(promise, order, visit.language),
        outlook=outlook_of(visit, order, place),
        storage_rule=_storage_rule(order, visit.language),
        codes=OrderCodes(shown_pickup_code(order, keys), shown_trusted_code(order, keys)),
        actions=offered_actions(order, buyer_circumstances(visit, order)),
        notices=notices,
        payment=payment,
        cursor=cursor,
    )


def order_notices(
    visit: Visit, order: Order, refusal: Refusal | None, *, has_unread_answer: bool
) -> OrderNotices:
    """Return what the page says first."""
    return OrderNotices(
        refusal=_refusal(visit, refusal) if refusal else "",
        is_place_full=refusal is not None and refusal.code is Code.POINT_FULL,
        attention=_attention(order),
        has_unread_answer=has_unread_answer,
    )


def _refusal(visit: Visit, refusal: Refusal) -> str:
    """Return why an action was refused; of a full point also the nearest ones with room."""
    notice = refusal_notice(refusal, visit.language)
    if refusal.code is not Code.POINT_FULL or not refusal.expected:
        return notice
    points = visit.dependencies.places()[0]
    near = [points[code].title for code in refusal.expected.split(", ") if code in points]
    return f"{notice} {visit.translate(NEAREST_WITH_ROOM, expected=', '.join(near))}"


def _attention(order: Order) -> Sequence[Attention]:
    """Return what a buyer has to know; of a closed order only that people still look at it."""
    if order.outcome is None:
        return [flag for flag in order.attention if flag not in _NOT_SHOWN]
    return [flag for flag in order.attention if flag in _STILL_LOOKED_AT]


def _promise_rule(status: PromiseStatus | None, order: Order, language: Language) -> str:
    promise = status.promise if status else None
    if promise is None:
        return ""
    at_point = order.pays_at_point
    return tie_short_words(promise_rule_sentence(promise, language, pays_at_point=at_point))


def _storage_rule(order: Order, language: Language) -> str:
    rule = order.storage.rule if order.storage else None
    return tie_short_words(storage_rule_sentence(rule, language)) if rule else ""
