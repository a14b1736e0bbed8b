"""Who is told that something may have become of a refund."""

from typing import Protocol


class RefundLookup(Protocol):
    """Looks a refund up at its provider, and does what follows."""

    async def check(self, provider_name: str, refund_id: str) -> None:
        """Look a refund up by the provider's id; one that is not ours is told to a person.

        Raises ProviderError, and whatever says that the database can't be reached.
        """
        ...
