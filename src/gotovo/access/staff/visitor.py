"""Who visits the pages of staff: the port that finds out, and what the pages show of them."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from gotovo.access.staff.grants import StaffGrant


class StaffVisitor(Struct, frozen=True):
    """A member of staff who is signed in; `grant` is what they act as in this session."""

    name: str
    grant: StaffGrant


class StaffVisitors(Protocol):
    """Finds who is signed in."""

    async def visitor(self, cookies: Mapping[str, str]) -> StaffVisitor | None:
        """Return the member of staff whose session the cookies name, None for anybody else."""
        ...
