"""Orders being placed: who buys what, where it goes, and under which name."""

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
from gotovo.order.values.number import CHANCES, draw
from gotovo.order.values.order import Courier, Delivery, Pickup, Stage
from gotovo.town.behaviour.scenario import ORIGIN, halt_of
from gotovo.town.dataset.goods import GOODS, RARE, Good
from gotovo.town.dataset.people import Person
from gotovo.town.dataset.places import WAREHOUSE
from gotovo.town.dataset.staff import STOREFRONT

_NAMESPACE = uuid.UUID("0d9c6e8e-7a55-5c52-9a3e-5f7d1f3a7c11")

_COURIER_SHARE = 0.15
_RARE_SHARE = 0.03
_LINES = (1, 1, 1, 2, 2, 3, 4)
_QUANTITIES = (1, 1, 1, 1, 1, 2, 3)

_TO_THE_DOOR = frozenset(
    {Stage.WITH_COURIER, Stage.SLOT_AGREED, Stage.OUT_FOR_DELIVERY, Stage.ATTEMPT_FAILED}
)
_POINTS = ("KZN-1", "KZN-1", "KZN-1", "KZN-2", "KZN-2", "ZDL-1")


class Basket(Struct, frozen=True):
    """An order to be placed: its name in the shop, when, and by whom."""

    external_id: str
    at: datetime
    person: Person


def placement(seed: int, secret: bytes, basket: Basket, *, told: bool) -> Submission:
    """Return the command that places the basket's order; the same basket gives the same one.

    `told` names the instant of the basket; otherwise it is placed when it is submitted.
    """
    chance = Random(f"basket:{seed}:{basket.external_id}")  # noqa: S311  (a town repeats)
    person = basket.person
    customer = customer_id(secret, person.phone)
    number = draw(home_of_customer(customer), chance.randrange(CHANCES))
    delivery = _delivery(basket.external_id, chance)
    contact = Contact(
        phone=person.phone,
        name=person.name,
        email=person.email,
        address=person.address if isinstance(delivery, Courier) else "",
    )
    place = Place(
        number=number,
        customer=customer,
        contact_digest=contact_digest(secret, contact),
        delivery=delivery,
        lines=_lines(basket.external_id, chance),
        warehouse=WAREHOUSE.code,
        origin=ORIGIN,
        external_id=basket.external_id,
    )
    at = basket.at if told else None
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
    """Return a submission whose id follows from its name, so that repeating it is harmless."""
    return Submission(
        command_id=uuid.uuid5(_NAMESPACE, name),
        number=number,
        command=command,
        actor=actor,
        fingerprint=hashlib.sha256(msgspec.json.encode(command)).digest()[:16],
        at=at,
        contact=contact,
    )


def _delivery(external_id: str, chance: Random) -> Delivery:
    halt = halt_of(external_id)
    point = chance.choice(_POINTS)
    courier = chance.random() < _COURIER_SHARE
    if halt is not None:
        return Courier() if halt in _TO_THE_DOOR else Pickup(_POINTS[0])
    return Courier() if courier else Pickup(point)


def _lines(external_id: str, chance: Random) -> tuple[NewLine, ...]:
    goods: list[Good] = chance.choices(GOODS[:-1], k=chance.choice(_LINES))
    if halt_of(external_id) is None and chance.random() < _RARE_SHARE:
        goods.append(RARE)
    return tuple(
        NewLine(
            good.sku,
            good.title,
            1 if good.rare else chance.choice(_QUANTITIES),
            good.price,
            good.goods_class,
        )
        for good in goods
    )
