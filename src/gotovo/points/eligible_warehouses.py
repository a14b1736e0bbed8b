"""Eligible warehouses: those that may serve a courier order, the first choice first (rule 4.1)."""

from collections.abc import Mapping

from gotovo.points.warehouse import Warehouse

CONSIDERED_MAX = 16
"""Warehouses considered for one order: the stock of each is read for every line. More than a
handful for one address are a mistake in the settings."""


def eligible_warehouses(warehouses: Mapping[str, Warehouse], postcode: str) -> tuple[str, ...]:
    """Return the codes of those that accept orders and serve a postal code, by priority and code.

    At most `CONSIDERED_MAX`. An order without a postal code is served only by warehouses that
    serve everywhere.
    """
    eligible = [
        (warehouse.priority, code)
        for code, warehouse in warehouses.items()
        if warehouse.accepts_orders and serves(warehouse, postcode)
    ]
    eligible.sort()
    return tuple(code for _, code in eligible[:CONSIDERED_MAX])


def serves(warehouse: Warehouse, postcode: str) -> bool:
    """Return whether its couriers go to a postal code, which `plain_postcode` has written."""
    return not warehouse.regions or (postcode != "" and postcode.startswith(warehouse.regions))


def accepting(warehouses: Mapping[str, Warehouse]) -> tuple[str, ...]:
    """Return the codes of all warehouses that accept orders, in order of code."""
    return tuple(sorted(code for code, each in warehouses.items() if each.accepts_orders))


def served_regions(warehouses: Mapping[str, Warehouse]) -> tuple[str, ...]:
    """Return the prefixes of postal codes that any accepting warehouse serves, in order."""
    return tuple(
        sorted({x for each in warehouses.values() if each.accepts_orders for x in each.regions})
    )


def plain_postcode(text: str) -> str:
    """Return a postal code in capitals and without blanks or hyphens, as regions are written."""
    return "".join(letter for letter in text.upper() if letter.isalnum())
