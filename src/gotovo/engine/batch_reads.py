"""What a batch has to read before it is decided: stock, the load of points, and identities.

Pure, as what is decided by it (`batch`).
"""

from collections.abc import Iterator, Mapping, Sequence

from gotovo.engine.ports import BatchFacts, Places, Sku
from gotovo.engine.submission import Submission
from gotovo.order.checks.warehouse_choice import payment_candidates, placement_candidates
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import Place
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.identity import IdentityKey, IdentityKind
from gotovo.order.values.order import Pickup, Stage, place_of

# By exact type, as in the lifecycle table: most commands of a batch need neither stock nor load,
# and a look into a set is the quickest way to see that.
_DECIDED_BY_STOCK = frozenset({Place, Redirect, Pay})
_DECIDED_BY_LOAD = frozenset({Place, Redirect, Shelve})


def units_wanted(
    submissions: Sequence[Submission], facts: BatchFacts, places: Places
) -> dict[Sku, int]:
    """Return the stock rows that these commands are decided by, and how many units they ask for.

    Those of a placement or a redirection count as well: its payment may be in the same batch.
    """
    wanted: dict[Sku, int] = {}
    placing: dict[str, Submission] = {}
    for submission in submissions:
        command = submission.command
        if type(command) not in _DECIDED_BY_STOCK:
            continue
        if isinstance(command, Place):
            if command.imported:
                continue
            placing[submission.number] = submission
        for sku, units in _looked_at(submission, facts, placing, places):
            wanted[sku] = wanted.get(sku, 0) + units
    return wanted


def _looked_at(
    submission: Submission,
    facts: BatchFacts,
    placing: Mapping[str, Submission],
    places: Places,
) -> Iterator[tuple[Sku, int]]:
    """Return the rows for a placement, a redirection or a payment, and the units of each."""
    points, warehouses = places
    command, stored = submission.command, facts.orders.get(submission.number)
    placed = placing.get(submission.number)
    if stored is not None:
        order, contact = stored.order, stored.contact
        lines, named = order.lines, "" if order.warehouse_unnamed else order.warehouse
    elif placed is not None and isinstance(placed.command, Place):
        order, contact = None, placed.contact
        lines, named = placed.command.lines, placed.command.warehouse
    else:
        return
    changes_address = isinstance(command, Redirect) and submission.address is not None
    known = contact.postcode if contact else ""
    postcode = submission.postcode if changes_address else known
    if isinstance(command, Pay) and order is not None:
        codes = payment_candidates(order, postcode, warehouses)
    elif isinstance(command, (Place, Redirect)) and (order is None or order.stage is Stage.PLACED):
        codes = placement_candidates(command.delivery, postcode, named, points, warehouses)
    else:
        return  # Paid in the batch of its placement, which looks at the same rows; or paid before.
    for line in lines:
        for code in codes:
            yield Sku(code, line.sku), line.quantity


def points_of(submissions: Sequence[Submission], facts: BatchFacts) -> set[str]:
    """Return the points whose load these commands are decided by."""
    wanted: set[str] = set()
    for submission in submissions:
        if type(submission.command) not in _DECIDED_BY_LOAD:
            continue
        match submission.command:
            case Place(delivery=Pickup(code), imported=False) | Redirect(Pickup(code)):
                wanted.add(code)
            case Shelve() if submission.number in facts.orders:
                wanted.add(place_of(facts.orders[submission.number].order))
            case _:
                pass
    return wanted


def named_identity(submission: Submission) -> IdentityKey | None:
    """Return the external id or the payment that a command names."""
    command = submission.command
    return command.identity if isinstance(command, (Place, Pay, PayAtPoint)) else None


def other_holders(facts: BatchFacts) -> list[str]:
    """Return the orders that have a payment of this batch, and are not in it themselves.

    Their shops decide whether their numbers may be told (rule 4.18). Whoever has an external id is
    of the same shop, and need not be read.
    """
    payments = (n for key, n in facts.holders.items() if key.kind is IdentityKind.PAYMENT)
    return list(dict.fromkeys(n for n in payments if n not in facts.orders))
