"""Capacity: how many orders a point takes (rule 4.17)."""

from collections.abc import Iterable, Mapping

from gotovo.points.point import Point


def full_points(points: Iterable[Point], orders_held: Mapping[str, int]) -> frozenset[str]:
    """Return the codes of the points without room for one more order.

    `orders_held` counts the orders on the shelves of a point or on their way there.
    """
    return frozenset(
        point.code for point in points if orders_held.get(point.code, 0) >= point.capacity
    )
