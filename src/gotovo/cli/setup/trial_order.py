"""The test order: placed, paid and carried to its hand-over by the engine, of a sku of its own.

It is found by its external id, so an interrupted run goes on where it was, and a further one finds
it closed. It costs one minor unit, of a provider that is called `test`.
"""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from gotovo.assembly.runtime import Runtime
from gotovo.cli.context import author
from gotovo.cli.setup.first_things import receive
from gotovo.cli.setup.inspection import TEST_NAME
from gotovo.cli.setup.questions import BuyerAnswers, GoodAnswers
from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import Contact, contact_digest, home_of_customer
from gotovo.order.values.money import Money
from gotovo.order.values.number import NUMBERS_PER_HOME, draw
from gotovo.order.values.order import Order, Pickup, Stage, place_of, total
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.points.point import Point
from gotovo.words.refusals import refusal_detail
from gotovo.words.translations import Translator, msgid

TITLE: Final = msgid("Test order of the set-up")
CELL: Final = "TEST"


class TrialRefused(Exception):
    """A step of the test order was refused; the message says which one, and why."""


async def carry_test_order(
    runtime: Runtime,
    order: Order | None,
    buyer: BuyerAnswers,
    point: Point,
    report: Callable[[Order], None],
    words: Translator,
) -> Order:
    """Place the order where there is none, take it to its hand-over, and report each stage.

    Raises TrialRefused.
    """
    if order is None:
        title = words.gettext(TITLE)
        await receive(runtime, point.warehouse, GoodAnswers(TEST_NAME, title, 1), "test order")
        placement = await _placement(runtime, buyer, point, title)
        order = _order_after(await runtime.engine.submit(placement), words)
        report(order)
    actor = Actor(Role.ADMIN, author().actor)
    while (step := _NEXT_STEP.get(order.stage)) is not None:
        name = f"{order.number}:{order.stage}"
        submission = Submission(
            command_id=uuid5(NAMESPACE_URL, f"gotovo:setup:{name}"),
            number=order.number,
            command=step(order, runtime.keyring().codes.of(order.codes.key)),
            actor=actor,
            fingerprint=fingerprint(name.encode()),
        )
        order = _order_after(await runtime.engine.submit(submission), words)
        report(order)
    return order


def _payment(order: Order, _secret: bytes) -> Struct:
    return Pay(Money(total(order), order.currency), "test", f"setup-{order.number}")


def _handover(order: Order, secret: bytes) -> Struct:
    counter = order.codes.counter
    return HandOver(pickup_code(secret, order.number, place_of(order), counter))


_NEXT_STEP: Final[Mapping[Stage, Callable[[Order, bytes], Struct]]] = {
    Stage.PLACED: _payment,
    Stage.PAID: lambda _order, _secret: StartPicking(),
    Stage.PICKING: lambda _order, _secret: Pack(),
    Stage.PACKED: lambda _order, _secret: Dispatch(),
    Stage.DISPATCHED: lambda order, _secret: Arrive(point=place_of(order)),
    Stage.ARRIVED_AT_POINT: lambda _order, _secret: Shelve(cell=CELL),
    Stage.SHELVED: _handover,
    Stage.HANDING_OVER: _handover,
}
"""The command that each stage waits for; a closed order waits for none."""


async def _placement(runtime: Runtime, buyer: BuyerAnswers, point: Point, title: str) -> Submission:
    contact = Contact(phone=buyer.phone, name=buyer.name)
    customer = (await runtime.phone_accounts.current([buyer.phone]))(buyer.phone)
    command_id = uuid5(NAMESPACE_URL, f"gotovo:setup:{runtime.clock().isoformat()}")
    number = draw(home_of_customer(customer), command_id.int % NUMBERS_PER_HOME)
    command = Place(
        number=number,
        customer=customer,
        contact_digest=contact_digest(runtime.keyring().identity.key, contact),
        delivery=Pickup(point.code),
        lines=(NewLine(TEST_NAME, title, 1, 1),),
        warehouse=point.warehouse,
        origin="setup",
        external_id=TEST_NAME,
    )
    return Submission(
        command_id=command_id,
        number=number,
        command=command,
        actor=Actor(Role.ADMIN, author().actor),
        fingerprint=fingerprint(number.encode()),
        contact=contact,
    )


def _order_after(result: SubmissionResult, words: Translator) -> Order:
    if result.order is not None and result.refusal is None:
        return result.order
    assert result.refusal is not None, "a step without an order is refused"
    why = refusal_detail(result.refusal, words.language)
    raise TrialRefused(words.gettext("The test order was refused. {why}", why=why))
