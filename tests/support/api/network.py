"""A small network with keys, and a client that lets a test say only what matters to it."""

from datetime import UTC, datetime, time
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from gotovo.access.access_log import AccessLog
from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.buyer_requests.pay_links import PayLinks
from gotovo.access.programs.api_keys import ApiKeyCache, KeyTerms, create_key
from gotovo.access.programs.key_uses import KeyUses
from gotovo.access.security_log import SecurityLog
from gotovo.access.staff.second_person import SecondPerson
from gotovo.access.staff.session_cache import StaffSessionCache
from gotovo.access.staff.work.point_work import WorkTerms
from gotovo.api.application import ASGIApp, api_app
from gotovo.api.dispatch.dependencies import ApiDependencies, Readiness
from gotovo.assembly.staff.point_work import point_work
from gotovo.casework.decisions import Decisions
from gotovo.casework.effects import Effects, EffectTools, effects_of
from gotovo.desk.acceptance.tools import acceptance_tools
from gotovo.desk.boxes.tools import return_box_tools
from gotovo.desk.handover.approvals import NoApprovals
from gotovo.desk.handover.try_limits import TryLimits
from gotovo.desk.handover.visiting import Visiting
from gotovo.desk.returns.returning import Returning
from gotovo.engine.batch import Rules
from gotovo.engine.changes import ChangeReader
from gotovo.engine.engine import Engine
from gotovo.keyring.keyring import one_key, plain_keyring
from gotovo.order.facts import OrderTerms
from gotovo.order.values.actor import Role
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.points.point import Point
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.changes import ChangeReads
from gotovo.store.reads.desk.returns import ReturnReads
from gotovo.store.reads.desk.scans import DeskReads
from gotovo.store.reads.desk.visits import VisitReads
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.access.access_log import AccessLogStore
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.network.stock import StockStore
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from gotovo.store.tables.security.security_log import SecurityLogStore
from gotovo.store.tables.webhooks.deliveries import DeliveryStore
from gotovo.store.tables.webhooks.webhooks import WebhookStore
from tests.support.access.staff import quick_staff_access
from tests.support.attachments.samples import attachments_at

SECRET = b"a secret that only tests use, 32"
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
"""A Sunday, 14:05 in Kazan."""

DAILY = every_day("Europe/Moscow", time(9), time(21))
KREMLIN = Point(
    code="KZN-1", title="Кремль", address="Казань, Баумана, 44", timetable=DAILY, warehouse="KZN"
)
LAKE = Point(
    code="KZN-2", title="Кабан", address="Казань, Марджани, 2", timetable=DAILY, warehouse="KZN"
)
DEPOT = Warehouse("KZN", "Склад Казань", every_day("Europe/Moscow", time(0), time(0)))

ALINA = "+79001234547"
MUG = {"sku": "MUG-RED", "title": "Кружка красная", "quantity": 2, "price": 49_900}
LAST = {"sku": "LAST-ONE", "title": "Последний пазл", "quantity": 1, "price": 100}
PLACE: dict[str, Any] = {
    "customer": {"phone": ALINA, "name": "Алина"},
    "lines": [MUG],
    "delivery": {"method": "pickup", "point": "KZN-1"},
}
TOTAL = 99_800


def captured(number: str, amount: int = TOTAL, **changes: Any) -> dict[str, Any]:
    """Return the body that reports a payment, by default of the whole sum."""
    money = {"amount": amount, "currency": "RUB"}
    return {"amount": money, "provider": "demo", "payment_id": f"p-{number}"} | changes


KEYS = (
    "storefront",
    "warehouse",
    "point",
    "other-point",
    "courier",
    "support",
    "admin",
    "follower",
    "book-storefront",
    "book-support",
    "book-admin",
    "book-follower",
    "other-courier",
    "kzn-warehouse",
    "other-warehouse",
)
"""A key of each role, `point` at KZN-1 and `other-point` at KZN-2; then those of the bookshop,
another courier's, and those of warehouses: of the one that serves all orders, and of another."""

SITE = "https://orders.example.ru"
BOOKSHOP = "bookshop"

_PLACES = {"point": "KZN-1", "other-point": "KZN-2"}
_WAREHOUSES = {"kzn-warehouse": "KZN", "other-warehouse": "MSK"}


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Network:
    """Everything behind the API; `reopen` is a restart of the program."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool = pool
        self.directory = Directory(pool)
        self.clock = Clock()
        self.terms = OrderTerms()
        self.work_terms = WorkTerms()
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.second_person: SecondPerson = NoApprovals()
        self.flagged: list[tuple[str, str]] = []

    async def open(self) -> None:
        """Set everything up in an empty database."""
        await self.directory.put_warehouse(DEPOT, self.clock())
        for point in (KREMLIN, LAKE):
            await self.directory.put_point(point, self.clock())
        await self.pool.execute(
            "insert into stock (home, warehouse, sku, title, on_hand, reserved)"
            " values (0, 'KZN', 'MUG-RED', 'Кружка красная', 1000000, 0),"
            " (0, 'KZN', 'LAST-ONE', 'Последний пазл', 1, 0)"
        )
        await Shops(self.pool).put(BOOKSHOP, "Книги на Баумана", self.clock())
        keys = ApiKeyStore(self.pool)
        for number, name in enumerate(KEYS, 1):
            role = Role(name.rpartition("-")[2])
            shop = BOOKSHOP if name.startswith("book-") else None
            warehouse = _WAREHOUSES.get(name, "")
            wanted = KeyTerms(name, role, _PLACES.get(name, ""), shop, warehouse=warehouse)
            key, token = await create_key(keys, UUID(int=number), wanted, self.clock())
            self.tokens[name], self.ids[name] = token, key.id
        await self.reopen()

    @property
    def pay_links(self) -> PayLinks:
        """Return the links of a site where roubles can be paid."""
        return PayLinks(SITE, lambda: SECRET, lambda currency: currency == "RUB")

    async def reopen(self) -> None:
        """Start the program again on what the database holds."""
        await self.directory.refresh()
        keys = ApiKeyStore(self.pool)
        self.key_uses = KeyUses(keys)
        log = SecurityLog(SecurityLogStore(self.pool), keys, self.clock)
        accounts = PhoneAccounts(PhoneAccountStore(self.pool), lambda: one_key(SECRET), self.clock)
        staff = quick_staff_access(self.pool, plain_keyring(SECRET), accounts, log)
        journal = PostgresJournal(self.pool)
        rules = Rules(SECRET, self.terms)
        self.engine = Engine(journal, self.directory, rules, self.clock)
        self.dependencies = ApiDependencies(
            engine=self.engine,
            feed=journal,
            changes=ChangeReader(journal, ChangeReads(self.pool)),
            reads=ProgramReads(self.pool),
            desk_reads=DeskReads(self.pool),
            boxes=return_box_tools(self.pool, self.engine, self.clock),
            texts=OrderTextReads(self.pool),
            directory=self.directory,
            stock=StockStore(self.pool),
            shops=Shops(self.pool),
            keys=keys,
            api_keys=ApiKeyCache(keys, clock=self.clock, uses=self.key_uses),
            access_log=AccessLog(AccessLogStore(self.pool), self.clock),
            security_log=log,
            staff=staff,
            staff_sessions=StaffSessionCache(staff.sessions, self.clock),
            help=HelpThreads(self.pool),
            cases=CaseStore(self.pool),
            visiting=self.visiting(),
            returning=Returning(
                self.visiting(), ReturnReads(self.pool), attachments_at(self.pool, self.clock)
            ),
            attachments=attachments_at(self.pool, self.clock),
            decisions=Decisions(CaseStore(self.pool), self.effects(), self.clock),
            acceptance=acceptance_tools(self.pool, self.engine, self.directory, self.clock),
            receipts=FiscalReceipts(self.pool),
            fiscal_terms=FiscalTermsStore(self.pool),
            payment_attempts=PaymentAttempts(self.pool),
            pay_url=self.pay_links.url,
            personal_data=PersonalData(self.pool),
            phone_accounts=accounts,
            webhooks=WebhookStore(self.pool),
            webhook_deliveries=DeliveryStore(self.pool),
            work=point_work(self.pool, lambda: self.directory()[0], self.clock, self.work_terms),
            keyring=lambda: plain_keyring(SECRET),
            clock=self.clock,
            ready=_ready,
            terms=self.terms,
        )
        self.engine.on_commit(self.dependencies.changes.wake)
        self.app: ASGIApp = api_app(self.dependencies)

    def visiting(self) -> Visiting:
        """Return the visits at desks; `second_person` is who agrees, nobody at first."""
        return Visiting(
            reads=ProgramReads(self.pool),
            visit_reads=VisitReads(self.pool),
            access_log=AccessLog(AccessLogStore(self.pool), self.clock),
            limits=TryLimits(RateLimitStore(self.pool), lambda: SECRET),
            points=lambda: self.directory()[0],
            code_keys=lambda: one_key(SECRET),
            clock=self.clock,
            terms=self.terms,
            second_person=self.second_person,
            flag=lambda actor, number: self.flagged.append((actor.id, number)),
        )

    def effects(self) -> Effects:
        """Return what decisions on cases do; nothing here sends money back or tries again."""
        reads, cases = ProgramReads(self.pool), CaseStore(self.pool)
        return effects_of(EffectTools(submit=self.engine.submit, orders=reads, cases=cases))

    async def close(self) -> None:
        """Let the engine finish."""
        await self.engine.close()


class Api:
    """A client that adds the bearer, the Idempotency-Key and the version of the API."""

    def __init__(self, client: httpx.AsyncClient, network: Network, first_key: int = 1) -> None:
        """Count the Idempotency-Keys from a number that no client before has reached."""
        self.client = client
        self.network = network
        self._keys = count(first_key)

    async def get(self, path: str, by: str = "admin", **headers: str) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", headers=self.headers(by, headers))

    async def post(
        self, path: str, body: Any = None, by: str = "admin", key: str = "", **headers: str
    ) -> httpx.Response:
        headers["Idempotency-Key"] = key or f"key-{next(self._keys)}"
        told = self.headers(by, headers)
        if isinstance(body, bytes):
            told.setdefault("Content-Type", "application/json")
            return await self.client.post(f"/api/v1{path}", content=body, headers=told)
        return await self.client.post(f"/api/v1{path}", json=body or {}, headers=told)

    def headers(self, by: str, further: dict[str, str]) -> dict[str, str]:
        """Return headers; an underscore in a name stands for a dash."""
        told = {"Accept-Language": "en"} | {k.replace("_", "-"): v for k, v in further.items()}
        if by:
            told["Authorization"] = f"Bearer {self.network.tokens[by]}"
        return told

    async def place(self, by: str = "storefront", **changes: Any) -> dict[str, Any]:
        """Place an order that must be accepted, and return it."""
        answer = await self.post("/orders", PLACE | changes, by)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def step(self, number: str, step: str, by: str = "admin", **body: Any) -> dict[str, Any]:
        """Take a step that must be accepted, and return the order."""
        answer = await self.post(f"/orders/{number}/{step}", body, by)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ready(self, **changes: Any) -> dict[str, Any]:
        """Return an order on its shelf at KZN-1."""
        number = (await self.place(**changes))["number"]
        await self.step(number, "payment", **captured(number))
        for step in ("picking", "packing", "dispatch", "arrival"):
            await self.step(number, step)
        return await self.step(number, "shelving", cell="A-1")

    def code(self, number: str, counter: int = 1, place: str = "KZN-1") -> str:
        """Return the buyer's code."""
        return pickup_code(SECRET, number, place, counter)


async def _ready() -> Readiness:
    return Readiness()
