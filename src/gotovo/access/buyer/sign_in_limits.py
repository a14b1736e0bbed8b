"""Limits of signing in, in the order in which they are asked: never a stranger's use of a phone's.

1. A browser that has signed in with this phone before has an allowance of its own.
2. Whoever asks is counted by address and network; a refusal ends it there.
3. Who names an order of this phone has an allowance too: strangers don't know its number.
4. One network has a share of each phone, smaller than the phone's own.
5. The phone's own counts messages that were really sent.

What is sent is also counted for its country and for the whole installation, so that nobody earns by
having messages sent to numbers abroad; those of 1 and 3 apart from those of strangers. A message
that could not be sent is given back. Passkeys need none of this and never wait.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, field

from gotovo.access.phones import calling_code
from gotovo.access.rate_limits import (
    RateLimit,
    give_back,
    hourly,
    network_of,
    refused_for_any,
    wide_network_of,
)
from gotovo.store.tables.access.rate_limits import RateLimitStore

_DAY: Final = timedelta(days=1)

CODES_PER_PHONE: Final = RateLimit("codes per phone", 5, timedelta(minutes=10))
"""Messages get lost, and people request another code; nobody does so six times in a row."""

CODES_PER_PHONE_A_DAY: Final = RateLimit("codes per phone a day", 10, timedelta(minutes=144))
"""At most 20 in 24 hours: with three attempts per code, 60 guesses a day among a million codes."""

CODES_PER_PHONE_AND_NETWORK: Final = RateLimit(
    "codes per phone and network", 4, timedelta(minutes=15)
)
"""One fewer than the phone's own: a network cannot use that up."""

CODES_PER_PHONE_AND_NETWORK_A_DAY: Final = RateLimit(
    "codes per phone and network a day", 8, timedelta(hours=3)
)
"""At most 16 in 24 hours, four fewer than the phone's own."""

CODES_PER_BROWSER: Final = RateLimit("codes per known browser", 5, timedelta(hours=1))
"""As many at once as a stranger could get: enough for messages that get lost."""

CODES_OF_KNOWN_BROWSERS: Final = RateLimit("codes of known browsers", 10, timedelta(hours=2))
"""At most 22 a day for a phone, however many browsers it has signed in with."""

CODES_PER_ORDER: Final = RateLimit("codes per order", 3, timedelta(hours=1))
"""Asked for with the order's number, which its buyer has in a message."""

CODES_OF_ORDERS: Final = RateLimit("codes of orders", 6, timedelta(hours=3))
"""At most 14 a day for a phone, however many of its orders are named."""

CODES_PER_ADDRESS: Final = RateLimit("codes per address", 60, timedelta(seconds=10))
"""A mobile operator puts thousands of people behind one address; a text message costs money."""

CODES_PER_ADDRESS_A_DAY: Final = RateLimit("codes per address a day", 1_000, _DAY / 1_000)
"""At most 2,000 in 24 hours: what a quarter of a town behind one address needs."""

CODES_PER_NETWORK: Final = RateLimit("codes per network", 480, timedelta(seconds=10) / 8)
"""Eight addresses' worth, for the block that they belong to."""

CODES_PER_NETWORK_A_DAY: Final = RateLimit("codes per network a day", 8_000, _DAY / 8_000)

ANSWERS_PER_ADDRESS: Final = RateLimit("answers per address", 120, timedelta(seconds=5))
"""Of browsers that have no living code; three attempts are the limit of those that have one."""

ANSWERS_PER_ADDRESS_A_DAY: Final = RateLimit("answers per address a day", 3_000, _DAY / 3_000)
"""At most 6,000 in 24 hours."""

Uses = Mapping[RateLimit, str]
"""Limits with the subject that each was taken for."""


class CodeCeilings(Struct, frozen=True):
    """How many codes an hour the whole installation sends, and to each country's phones.

    `per_country` is by calling code (`7` is Russia and Kazakhstan), `elsewhere` for each other one;
    a country with zero gets none.
    """

    per_hour: int = 10_000
    per_country: Mapping[int, int] = field(default_factory=lambda: {7: 10_000})
    elsewhere: int = 300

    def serves(self, phone: str) -> bool:
        """Tell whether codes are sent to phones of this country at all."""
        return self._of_country(calling_code(phone)) > 0

    def limits(self, phone: str, kind: str) -> Uses:
        """Return the limits of one kind of message to a phone of a country that is served."""
        country = calling_code(phone)
        return {
            hourly(f"{kind} of all", self.per_hour): "",
            hourly(f"{kind} of a country", self._of_country(country)): str(country),
        }

    def _of_country(self, country: int) -> int:
        return self.per_country.get(country, self.elsewhere)


class CodeGrant(Struct, frozen=True):
    """Whether a code may be sent: `wait` says when else, `uses` go back if it could not be sent."""

    wait: timedelta | None
    uses: Uses = field(default_factory=dict)


class CodeLimits:
    """The limits of one request for a code to a phone (E.164), from one network address."""

    def __init__(  # noqa: PLR0917  (where limits are counted, and what they are counted for)
        self,
        store: RateLimitStore,
        secret: bytes,
        ceilings: CodeCeilings,
        phone: str,
        address: str,
        now: datetime,
    ) -> None:
        self._store = store
        self._secret = secret
        self._ceilings = ceilings
        self._phone = phone
        self._address = network_of(address)
        self._network = wide_network_of(address)
        self._now = now

    async def of_known_browser(self, token: str) -> CodeGrant:
        """Ask the allowance of a browser that has signed in with this phone before."""
        return await self._proven({CODES_PER_BROWSER: token}, CODES_OF_KNOWN_BROWSERS)

    async def asker_wait(self) -> timedelta | None:
        """Count the asker; return how long to wait if it asks too often, and ask nothing else."""
        return await self._refused(
            {
                CODES_PER_ADDRESS: self._address,
                CODES_PER_ADDRESS_A_DAY: self._address,
                CODES_PER_NETWORK: self._network,
                CODES_PER_NETWORK_A_DAY: self._network,
            }
        )

    async def of_order(self, number: str) -> CodeGrant:
        """Ask the allowance of somebody who names an order of this phone."""
        return await self._proven({CODES_PER_ORDER: number}, CODES_OF_ORDERS)

    async def of_stranger(self) -> CodeGrant:
        """Ask the network's share of the phone, then the phone's own limit."""
        pair = f"{self._phone} {self._network}"
        share = {CODES_PER_PHONE_AND_NETWORK: pair, CODES_PER_PHONE_AND_NETWORK_A_DAY: pair}
        if wait := await self._refused(share):
            return CodeGrant(wait)
        own = {CODES_PER_PHONE: self._phone, CODES_PER_PHONE_A_DAY: self._phone}
        return await self._sent(own, "codes")

    async def not_sent(self, grant: CodeGrant) -> None:
        """Give back what counts messages: this one was not sent."""
        await give_back(self._store, self._secret, grant.uses, self._now)

    async def _proven(self, asker: Uses, per_phone: RateLimit) -> CodeGrant:
        if wait := await self._refused(asker):
            return CodeGrant(wait)
        return await self._sent({per_phone: self._phone}, "codes to proven")

    async def _sent(self, own: Uses, kind: str) -> CodeGrant:
        """Count a message for the phone, then for the installation and its country."""
        if wait := await self._refused(own):
            return CodeGrant(wait)
        ceilings = self._ceilings.limits(self._phone, kind)
        if wait := await self._refused(ceilings):
            await give_back(self._store, self._secret, own, self._now)
            return CodeGrant(wait)
        return CodeGrant(None, {**own, **ceilings})

    async def _refused(self, wanted: Uses) -> timedelta | None:
        return await refused_for_any(self._store, self._secret, wanted, self._now)
