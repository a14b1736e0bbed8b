"""Recent orders: as this process committed them, so that their next step need not read them.

Somebody else may have changed them since. The write of a batch expects the last event that each of
its orders had, so a state that is out of date loses the race, and is read.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from gotovo.engine.ports import OrderUpdate, StoredOrder
from gotovo.order.values.order import Order

RECENT_BYTES_MAX = 8 * 2**20
"""Some 5,000 ordinary orders, about as many as a busy quarter of an hour has."""

BATCHES_READ_AFTER_LOSS = 64
"""A lost race costs about what a batch does. Where several processes share the orders and most of
what is remembered is out of date, a sixty-fourth is lost by trying it."""

_ORDER_BYTES = 2_000
_PART_BYTES = 400


class RecentOrders:
    """The orders committed most recently; those committed longest ago are dropped.

    An order is taken out while it is decided, and comes back with its new state once that is
    committed: whatever prevents that, the order is read the next time.
    """

    def __init__(self, bytes_max: int = RECENT_BYTES_MAX) -> None:
        """Remember so much; with 0 nothing is remembered."""
        self.bytes = 0
        self._bytes_max = bytes_max
        self._orders: OrderedDict[str, StoredOrder] = OrderedDict()
        self._batches_to_read = 0

    def is_trusted(self) -> bool:
        """Tell whether the next batch may be decided from memory."""
        if self._batches_to_read:
            self._batches_to_read -= 1
            return False
        return self._bytes_max > 0

    def distrust(self) -> None:
        """Let the next batches be read, because one that was decided from memory lost the race."""
        self._batches_to_read = BATCHES_READ_AFTER_LOSS

    def take(self, numbers: Iterable[str]) -> Mapping[str, StoredOrder]:
        """Return those of the orders that are remembered, and forget them."""
        taken: dict[str, StoredOrder] = {}
        for number in numbers:
            stored = self._orders.pop(number, None)
            if stored is not None:
                taken[number] = stored
                self.bytes -= _bytes_of(stored.order)
        return taken

    def add(self, updates: Iterable[OrderUpdate]) -> None:
        """Remember the orders of a batch that was committed."""
        for update in updates:
            self.take([update.order.number])
            self._orders[update.order.number] = StoredOrder(update.order, update.contact)
            self.bytes += _bytes_of(update.order)
        while self.bytes > self._bytes_max:
            _, dropped = self._orders.popitem(last=False)
            self.bytes -= _bytes_of(dropped.order)


def _bytes_of(order: Order) -> int:
    """Estimate what an order takes in memory: most of it are its lines and parcels."""
    parts = len(order.lines) + len(order.parcels) + len(order.payments) + len(order.refunds)
    return _ORDER_BYTES + _PART_BYTES * parts
