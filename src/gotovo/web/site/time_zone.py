"""The usual time zone: that of most points, for times that belong to no order."""

from collections import Counter

from gotovo.web.site.visit import Visit


def usual_zone(visit: Visit) -> str:
    """Return the time zone of most points, UTC where there are none."""
    points, _ = visit.dependencies.places()
    zones = Counter(point.timetable.time_zone for point in points.values())
    return zones.most_common(1)[0][0] if zones else "UTC"
