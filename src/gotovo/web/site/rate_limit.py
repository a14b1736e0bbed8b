"""Rate limits of pages: a refused request gets a page that says how long to wait."""

from collections.abc import Mapping

from gotovo.access.rate_limits import RateLimit, refused_for_any
from gotovo.http.errors import TooManyRequests
from gotovo.web.site.visit import Visit


async def enforce_limits(visit: Visit, limits: Mapping[RateLimit, str]) -> None:
    """Take one use of each limit; a limit that is used up is TooManyRequests."""
    wait = await refused_for_any(
        visit.dependencies.rate_limits, visit.dependencies.limits_key, limits, visit.now
    )
    if wait is not None:
        raise TooManyRequests(wait)
