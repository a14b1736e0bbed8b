"""Every table is known to hold something about a buyer, or to hold nothing of the kind."""

from typing import Any

import asyncpg

HANDED_OVER_AND_FORGOTTEN = {
    "orders": "the contact goes with the step contact-erasure; goods and money stay",
    "order_text": "by the order, in the commit of the step contact-erasure",
    "track_link": "by the order",
    "help_message": "by the order",
    "help_assignment": "by the order",
    "claim_comment": "by the order",
    "case_note": "by the order",
    "claim_photo": "by the order",
    "attachment": "by the order; what staff added and proofs stay as long as their retention says",
    "rating": "by the order",
    "message": "by the order, and by the customer",
    "session": "by the customer",
    "passkey": "by the customer",
    "push_subscription": "by the customer",
    "notice_choice": "by the customer",
    "telegram_chat": "by the customer",
}
FORGOTTEN_ALONE = {
    "phone_message": "by the phone; the demo's copy of messages",
    "sign_in_code": "by the customer; a code that waits to be typed is a secret",
    "passkey_challenge": "random, and over in minutes",
    "account": "by the customer; two instants, deleted when the phone has been idle for a year",
    "phone_account": "keyed digests; as long as the orders, or somebody else would get them",
    "phone_lookup": "keyed digests; as long as the orders, or their buyer would not find them",
    "rate_limit": "keyed digests, and empty within a day",
    "telegram_card": "by the order; which message of a chat shows it",
    "telegram_invitation": "by the customer; a link that waits to be used is a secret",
    "telegram_update": "blanked once it was handled, and deleted after two days",
}
HANDED_OVER_ALONE = {
    "event": "history, which is never edited: it holds no name, phone, address or free text",
    "acceptance_scan": "what was scanned of a van, by parcel; deleted after a year",
    "accepted_parcel": "which scan took a parcel in; deleted after a year",
    "return_box_item": "in which box a parcel left; deleted after a year",
    "manifest_parcel": "which van brought a parcel; deleted after a year",
    "case_file": "what was decided about money and disputes: sums, ids, instants; no name",
    "refund": "money, told with the order's state",
    "money_entry": "sums, told with the order's state",
    "refund_transfer": "money on its way back, told with the order's state; no name and no card",
    "payment_attempt": "money, told with the order's state; no name and no card",
    "payment_notification": "ids at the provider, deleted after ninety days; no name and no card",
    "fiscal_receipt": "what a cash register was told of the money: goods and sums, no buyer",
    "security_log": "who was let in or refused: keyed digests of buyers and blocks of addresses, "
    "in a chain that nothing can be taken out of; deleted when it is a year old",
    "order_look": "who of the staff looked: it answers for them, and is swept after ninety days",
}
STAYS_UNDER_A_DIGEST = {
    "event": "whose order it is, by the keyed digest that the order has; both stay"
}
OF_STAFF = {"staff_passkey", "staff_session"}
"""The browsers that these tables name are of people who work here."""

NOT_ABOUT_A_BUYER = {
    "acceptance": "vans that came to points, with numbers of parcels",
    "api_key": "programs",
    "manifest": "vans",
    "return_box": "boxes that left points",
    "box_handover": "which driver took boxes from a point; deleted after a year",
    "channel_health": "whether a provider answers",
    "channel_spending": "sums by country and day",
    "changed_place": "places whose orders are recalculated",
    "command": "ids of what programs and people asked for, and refusals",
    "customer_key": "how far a job has come",
    "demo_payment": "numbers of orders and sums; the demo's bank",
    "demo_refund": "sums; the demo's bank",
    "payment_sweep": "when lists of providers are read",
    "follower": "places in the journal",
    "feed_epoch": "places in the journal",
    "identity": "which order a payment belongs to; the payment is told with the order's state",
    "idempotency": "answers about points, goods and keys; those about orders are made anew",
    "import_checkpoint": "places in files",
    "lane": "places in the journal",
    "clock_tick": "instants of machines",
    "pace_sketch": "how long stages take, of many orders together",
    "point": "places",
    "reconciliation": "how far a job has come, and counts",
    "retention_progress": "how far retention has come",
    "schema_migration": "the schema",
    "secret_check": "which secret the installation has",
    "security_log_head": "two numbers and two hashes",
    "shop": "tenants",
    "fiscal_terms": "what the receipts of a shop say of its goods and itself",
    "fiscal_start": "since when receipts are made",
    "approval": "what a second person was asked; its note is blanked when it is a year old",
    "desk_device": "tablets and handhelds of points",
    "shift": "when people who work here did",
    "staff": "people who work here; who one is as a buyer is a keyed digest under another name",
    "staff_grant": "what people who work here may act as",
    "staff_invitation": "links for people who work here",
    "staff_passkey": "public halves of passkeys of people who work here",
    "staff_recovery_code": "digests of codes of people who work here",
    "staff_session": "where people who work here are signed in",
    "stock": "goods",
    "stock_entry": "goods",
    "telegram_poll": "a lease of processes",
    "timer_hold": "counts and instants",
    "timer_tally": "counts",
    "warehouse": "places",
    "webhook": "addresses of programs",
    "webhook_progress": "instants",
    "webhook_cursor": "places in the journal",
    "webhook_delivery": "which events of an order a program got; no text, no address",
}


async def test_of_every_table_it_is_known_what_it_holds_about_a_buyer(
    pool: "asyncpg.Pool[Any]",
) -> None:
    """A new table fails here until it is handed over, forgotten, or said to need neither."""
    rows = await pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    known = [
        *HANDED_OVER_AND_FORGOTTEN,
        *FORGOTTEN_ALONE,
        *HANDED_OVER_ALONE,
        *NOT_ABOUT_A_BUYER,
    ]
    assert len(known) == len(set(known))
    assert {row["tablename"] for row in rows} == set(known)


async def test_no_table_beside_those_names_a_customer_or_a_phone(pool: "asyncpg.Pool[Any]") -> None:
    rows = await pool.fetch(
        "select distinct table_name from information_schema.columns"
        " where table_schema = 'public'"
        "   and column_name in ('customer', 'phone', 'contact', 'shown_as', 'said', 'browser')"
    )
    named = {*HANDED_OVER_AND_FORGOTTEN, *FORGOTTEN_ALONE, *STAYS_UNDER_A_DIGEST}
    assert {row["table_name"] for row in rows} <= named | OF_STAFF
    digests = await pool.fetch(
        "select column_name from information_schema.columns where table_name = any ($1)"
        "   and column_name in ('phone', 'contact', 'shown_as', 'said', 'browser')",
        list(STAYS_UNDER_A_DIGEST),
    )
    assert digests == []
