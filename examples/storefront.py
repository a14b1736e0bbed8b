"""A storefront in a hundred lines: it places orders, reports payments and follows the feed.

    python storefront.py place SHOP-1001 '{"customer": …, "lines": […], "delivery": …}'
    python storefront.py pay SHOP-1001 yookassa 2d9f 99800 RUB
    ORDERS_URL=https://orders.example.ru ORDERS_TOKEN=gtv_… python storefront.py run

What has to be told is a row of its own database first, with the Idempotency-Key it is always sent
under, and the cursor moves when a page is done: whoever is killed, nothing is lost or done twice.
"""

import json
import os
import sqlite3
import sys
import time
from http.client import HTTPException
from urllib.request import HTTPError, Request, urlopen

TABLES = """
create table if not exists orders (name primary key, number, status);
create table if not exists outbox (key primary key, name, step, body, at, answer);
create table if not exists feed (id primary key, cursor);
insert or ignore into feed values ('events', '');
"""


class Storefront:
    def __init__(self, url: str, token: str) -> None:
        self.url, self.headers = f"{url}/api/v1", {"Authorization": f"Bearer {token}"}
        shop = sqlite3.connect("storefront.db", isolation_level=None)
        shop.executescript(TABLES)
        self.sql = shop.execute

    def note(self, key: str, name: str, step: str, body: dict) -> None:
        """Note what has to be told; to note it again changes nothing."""
        row = (key, name, step, json.dumps(body))
        self.sql("insert or ignore into orders values (?, null, null)", (name,))
        self.sql("insert or ignore into outbox values (?, ?, ?, ?, unixepoch(), null)", row)

    def tell(self) -> None:
        """Send what has no answer yet, oldest first; a refusal is an answer too."""
        untold = """select key, name, step, body, number from outbox join orders using (name)
            where answer is null and (step = '' or number is not null) order by outbox.rowid"""
        while row := self.sql(untold).fetchone():
            key, name, step, body, number = row
            told = self.ask(f"/orders/{number}/{step}" if step else "/orders", key, body)
            if "code" in told:
                print(name, step or "order", "refused:", told, file=sys.stderr, flush=True)
            number = told.get("number", number)
            self.sql("update orders set number = ? where name = ?", (number, name))
            self.sql("update outbox set answer = ? where key = ?", (told.get("code", "ok"), key))

    def follow(self) -> bool:
        """Do what a page of the feed says; return whether there may be more."""
        [cursor] = self.sql("select cursor from feed").fetchone()
        page = self.ask(f"/events?limit=1000&after={cursor}")
        if "items" not in page:  # 410: restored from a backup, which may lack the last of it
            page = {"items": [], "next": ""}
            self.sql("update outbox set answer = null where at > unixepoch() - 30 * 86400")
        for number in {event["number"] for event in page["items"]}:
            for name in self.sql("select name from orders where number = ?", (number,)).fetchall():
                order = self.ask(f"/orders/{number}")  # what it is now, the order itself says
                self.sql("update orders set status = ? where name = ?", (order["status"], *name))
                print(*name, number, order["status"], order["stage"], flush=True)
        self.sql("update feed set cursor = ?", (page["next"],))
        return page["next"] != cursor

    def ask(self, path: str, key: str = "", body: str = "") -> dict:
        """Ask until there is an answer; 429 and 503 tell how long to wait in between."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"} if key else {}
        request = Request(self.url + path, body.encode() or None, self.headers | headers)
        while True:
            try:
                return json.load(urlopen(request, timeout=30))
            except HTTPError as error:
                wait = error.headers.get("Retry-After", "")
                if error.code in {401, 403}:
                    raise  # the key is wrong, not the order
                if error.code < 500 and not wait:
                    return json.load(error)
            except (OSError, HTTPException):
                wait = ""  # nobody knows whether it arrived
            time.sleep(int(wait or 1))


if __name__ == "__main__":
    storefront = Storefront(os.environ.get("ORDERS_URL", ""), os.environ.get("ORDERS_TOKEN", ""))
    match sys.argv[1:]:
        case "place", name, order:
            storefront.note(name, name, "", {"external_id": name, **json.loads(order)})
        case "pay", name, provider, payment_id, amount, currency:
            money = {"amount": int(amount), "currency": currency}
            paid = {"amount": money, "provider": provider, "payment_id": payment_id}
            storefront.note(f"{provider}:{payment_id}", name, "payment", paid)
        case ["run"] if storefront.url.startswith("http"):
            while True:
                storefront.tell()
                time.sleep(0 if storefront.follow() else 1)
        case _:
            sys.exit(__doc__)
