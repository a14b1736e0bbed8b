"""What every scan of a parcel tells the searches of its point."""

from collections.abc import Iterable

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.store.tables.shelf.searches import SeenBy


async def note_seen(
    dependencies: ApiDependencies,
    request: ApiRequest,
    barcodes: Iterable[str],
    how: SeenBy,
    cell: str = "",
) -> None:
    """Note that who asks has these parcels in hand; a repeated request notes it again."""
    point = request.path_params["code"]
    try:
        await dependencies.desk.shelves.sightings.seen(barcodes, request.actor, point, how, cell)
    except UNAVAILABLE as error:
        raise unavailable(dependencies, error) from error
