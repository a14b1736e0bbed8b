"""Placing orders: who buys what, where it goes, and under which external id."""

import hashlib
import uuid
from datetime import datetime
from random import Random

import msgspec
from msgspec import Struct

from gotovo.engine.submission import Submission
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.values.actor import Actor
from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.values.number import NUMBERS_PER_HOME, draw
from gotovo.order.values.order import Courier, Delivery, Pickup, Stage
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from gotovo.town.behaviour.scenario import ORIGIN, halt_of
from gotovo.town.dataset.people import Person
from gotovo.town.dataset.places import WAREHOUSE
from gotovo.town.dataset.products import PRODUCTS, RARE, Product
from gotovo.town.dataset.staff import STOREFRONT

_NAMESPACE = uuid.UUID("0d9c6e8e-7a55-5c52-9a3e-5f7d1f3a7c11")

_COURIER_SHARE = 0.15
_RARE_SHARE = 0.03
_PAID_PICKUP_SHARE = 0.2
_DISCOUNT_SHARE = 0.25
_DISCOUNT_PERCENT = 10
_PICKUP_FEE, _COURIER_FEE = 9_900, 29_900
_LINES = (1, 1, 1, 2, 2, 3, 4)
_QUANTITIES = (1, 1, 1, 1, 1, 2, 3)

_COURIER_STAGES = frozenset(
    {Stage.WITH_COURIER, Stage.SLOT_AGREED, Stage.OUT_FOR_DELIVERY, Stage.ATTEMPT_FAILED}
)
_POINTS = ("KZN-1", "KZN-1", "KZN-1", "KZN-2", "KZN-2", "ZDL-1")


class Basket(Struct, frozen=True):
    """An order to be placed: its external id, when, and by whom."""

    external_id: str
    at: datetime
    person: Person


def placement(
    seed: int, secret: bytes, basket: Basket, *, backdated: bool, customer: str = ""
) -> Submission:
    """Return the command that places the basket's order; the same basket gives the same command.

    A `backdated` order is placed at the basket's time, any other when it is submitted. `customer`
    is the account of the phone, where that is not its digest.
    """
    rng = Random(f"basket:{seed}:{basket.external_id}")  # noqa: S311  (a town repeats)
    person = basket.person
    customer = customer or customer_id(secret, person.phone)
    number = draw(home_of_customer(customer), rng.randrange(NUMBERS_PER_HOME))
    delivery = _delivery(basket.external_id, rng)
    contact = Contact(
        phone=person.phone,
        name=person.name,
        email=person.email,
        address=person.address if isinstance(delivery, Courier) else "",
    )
    lines = _lines(basket.external_id, rng)
    place = Place(
        number=number,
        customer=customer,
        contact_digest=contact_digest(secret, contact),
        delivery=delivery,
        lines=lines,
        charges=_charges(lines, delivery, rng),
        warehouse=WAREHOUSE.code,
        origin=ORIGIN,
        external_id=basket.external_id,
    )
    at = basket.at if backdated else None
    name = f"{seed}:{basket.external_id}:placement"
    return submission_of(number, place, STOREFRONT, name, at=at, contact=contact)


def submission_of(
    number: str,
    command: Struct,
    actor: Actor,
    name: str,
    *,
    at: datetime | None,
    contact: Contact | None = None,
) -> Submission:
    """Return a submission whose id is derived from its name, so that it is idempotent."""
    return Submission(
        command_id=uuid.uuid5(_NAMESPACE, name),
        number=number,
        command=command,
        actor=actor,
        fingerprint=hashlib.sha256(msgspec.json.encode(command)).digest()[:16],
        at=at,
        contact=contact,
    )


def _delivery(external_id: str, rng: Random) -> Delivery:
    halt = halt_of(external_id)
    point = rng.choice(_POINTS)
    courier = rng.random() < _COURIER_SHARE
    if halt is not None:
        return Courier() if halt in _COURIER_STAGES else Pickup(_POINTS[0])
    return Courier() if courier else Pickup(point)


def _lines(external_id: str, rng: Random) -> tuple[NewLine, ...]:
    goods: list[Product] = rng.choices(PRODUCTS[:-1], k=rng.choice(_LINES))
    if halt_of(external_id) is None and rng.random() < _RARE_SHARE:
        goods.append(RARE)
    return tuple(
        NewLine(
            product.sku,
            product.title,
            1 if product.rare else rng.choice(_QUANTITIES),
            product.price,
            product.goods_class,
        )
        for product in goods
    )


def _charges(lines: tuple[NewLine, ...], delivery: Delivery, rng: Random) -> tuple[Charge, ...]:
    """Return the fee of a courier, or now and then of a point, and a discount on some orders."""
    charges: list[Charge] = []
    is_pickup = isinstance(delivery, Pickup)
    if rng.random() < _PAID_PICKUP_SHARE or not is_pickup:
        fee = _PICKUP_FEE if is_pickup else _COURIER_FEE
        charges.append(Charge(ChargeKind.DELIVERY_FEE, "Доставка", fee))
    if rng.random() < _DISCOUNT_SHARE:
        goods = sum(line.quantity * line.price for line in lines)
        off = goods * _DISCOUNT_PERCENT // 100
        charges.append(Charge(ChargeKind.DISCOUNT, f"Скидка {_DISCOUNT_PERCENT} %", -off))
    return tuple(charges)
