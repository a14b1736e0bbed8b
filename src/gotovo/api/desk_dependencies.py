"""What endpoints of desks use, beside what every endpoint does."""

from functools import cached_property

from msgspec import Struct

from gotovo.desk.acceptance.acceptances import Acceptances, AcceptanceTools
from gotovo.desk.boxes.boxes import ReturnBoxes, ReturnBoxTools
from gotovo.desk.boxes.handovers import BoxHandovers
from gotovo.desk.handover.visiting import Visiting
from gotovo.desk.returns.returning import Returning
from gotovo.desk.shelf.tools import Shelves
from gotovo.desk.today.closing import PointClosures


class DeskDependencies(Struct, frozen=True, kw_only=True, dict=True):
    """The work of the desks of every point."""

    acceptance: AcceptanceTools
    boxes: ReturnBoxTools
    visiting: Visiting
    returning: Returning
    closures: PointClosures
    shelves: Shelves

    @cached_property
    def acceptances(self) -> Acceptances:
        """Opens acceptances at points and answers their scans."""
        return Acceptances(self.acceptance)

    @cached_property
    def return_boxes(self) -> ReturnBoxes:
        """Opens return boxes, puts parcels in and seals them."""
        return ReturnBoxes(self.boxes)

    @cached_property
    def box_handovers(self) -> BoxHandovers:
        """Hands sealed return boxes over to drivers."""
        return BoxHandovers(self.boxes)
