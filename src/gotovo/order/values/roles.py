"""Groups of roles that the lifecycle table names together; the office may help with every step."""

from gotovo.order.values.actor import OFFICE, Role

AT_POINT = frozenset({Role.POINT}) | OFFICE
AT_WAREHOUSE = frozenset({Role.WAREHOUSE}) | OFFICE
COURIERS = frozenset({Role.COURIER}) | OFFICE
BUYER = frozenset({Role.BUYER})
BUYERS = frozenset({Role.BUYER, Role.STOREFRONT}) | OFFICE
HOLDERS = frozenset({Role.WAREHOUSE, Role.POINT, Role.COURIER})
STAFF = HOLDERS | OFFICE
TIMERS = frozenset({Role.SYSTEM})
