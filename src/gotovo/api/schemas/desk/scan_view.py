"""The JSON of a scan: what the code is, what it means at the point, and what to do next."""

from collections import Counter
from datetime import datetime

from gotovo.access.permissions import Sight
from gotovo.desk.scan.meaning import Meaning, lying_at
from gotovo.desk.scan.scanning import ResolvedScan
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order, Parcel, Stage
from gotovo.order.values.status import status_of
from gotovo.store.reads.desk.scans import ParcelHere
from gotovo.value import Value
from gotovo.words.formats.names import mask_name
from gotovo.words.formats.phones import mask_phone


class ScannedBuyer(Value, frozen=True):
    """The buyer, masked: the first name with initials, the last two digits of the phone."""

    name: str | None
    phone: str


class CellCount(Value, frozen=True):
    """How many parcels of the order lie in a cell; `cell` is null where they have none."""

    cell: str | None
    parcels: int


class ScannedOrder(Value, frozen=True):
    """An order as a scan shows it.

    `parcels` is how many it has on their way to the buyer, `here` how many lie at this point,
    `cells` where. Of a closed order of another point stage, times and buyer are null.
    """

    number: str
    status: str
    outcome: str | None
    stage: str | None
    attention: tuple[str, ...]
    ready_at: datetime | None
    storage_deadline_at: datetime | None
    parcels: int
    here: int
    cells: tuple[CellCount, ...]
    buyer: ScannedBuyer | None
    version: int


class ScannedParcel(Value, frozen=True):
    """The parcel that was scanned; `back` marks one of a return shipment."""

    barcode: str
    stage: str
    cell: str | None
    back: bool


class ScannedProduct(Value, frozen=True):
    """A product: its GTIN in 14 digits, and the serial number of the unit, empty without one."""

    gtin: str
    serial: str


class FoundParcel(Value, frozen=True):
    """A parcel that lies in the scanned cell, or has the scanned product in it."""

    barcode: str
    number: str
    stage: str
    cell: str | None
    is_ready: bool


class ScanView(Value, frozen=True):
    """The answer to a scan. `kind` and `next` are words of closed lists: docs/reference/codes.md.

    `value` is the code as it is written everywhere else. `point` is where the order belongs, where
    that is another point. `found` are the parcels in a cell or with a product.
    """

    kind: str
    value: str
    next: str
    point: str | None
    order: ScannedOrder | None
    parcel: ScannedParcel | None
    product: ScannedProduct | None
    found: tuple[FoundParcel, ...]


def scan_view(result: ResolvedScan, point: str) -> ScanView:
    """Return what a clerk of this point sees."""
    code, meaning = result.code, result.meaning
    contact = result.read.contact if result.read and meaning.sight is Sight.REDUCED else None
    return ScanView(
        kind=code.kind,
        value=code.value,
        next=meaning.next_step,
        point=meaning.point or None,
        order=_order(meaning, contact, point),
        parcel=_parcel(meaning.parcel) if meaning.parcel else None,
        product=None if code.number or not code.gtin else ScannedProduct(code.gtin, code.serial),
        found=tuple([_found(each) for each in result.parcels]),
    )


def _order(meaning: Meaning, contact: Contact | None, point: str) -> ScannedOrder | None:
    order = meaning.order
    if order is None:
        return None
    is_own = meaning.sight is not Sight.GOODS
    here = lying_at(order, point)
    return ScannedOrder(
        number=order.number,
        status=status_of(order),
        outcome=order.outcome,
        stage=order.stage if is_own else None,
        attention=order.attention if is_own else (),
        ready_at=order.ready_at if is_own else None,
        storage_deadline_at=order.storage.deadline_at if is_own and order.storage else None,
        parcels=sum(1 for p in order.parcels if not p.back) if is_own else len(here),
        here=len(here),
        cells=_cells(here),
        buyer=_buyer(contact),
        version=order.version,
    )


def _cells(parcels: tuple[Parcel, ...]) -> tuple[CellCount, ...]:
    counts = Counter(p.cell if p.stage is Stage.SHELVED else "" for p in parcels)
    return tuple([CellCount(cell or None, counts[cell]) for cell in sorted(counts)])


def _buyer(contact: Contact | None) -> ScannedBuyer | None:
    if contact is None:
        return None
    return ScannedBuyer(mask_name(contact.name) or None, mask_phone(contact.phone))


def _parcel(parcel: Parcel) -> ScannedParcel:
    return ScannedParcel(parcel.barcode, parcel.stage, parcel.cell or None, parcel.back)


def _found(found: ParcelHere) -> FoundParcel:
    order: Order = found.order
    parcel = found.parcel
    is_ready = order.outcome is None and order.ready_at is not None
    return FoundParcel(parcel.barcode, order.number, parcel.stage, parcel.cell or None, is_ready)
