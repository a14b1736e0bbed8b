"""The schema says the rules by names that an operator can read, and explains itself."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from gotovo.order.values.order import Attention, Outcome, Reason
from gotovo.order.values.payments.refund import RefundState
from gotovo.order.values.status import STATUS_OF
from gotovo.store.tables.payments.refund_transfers import TransferState
from tests.support.store.sound_rows import CLOSED, NOW, ORDER, SOUND

MANAGER_OF_A_POINT = "staff_grant_manager_is_of_a_point"
DECIDED = {"decided_by": "admin:staff-2", "decided_person": UUID(int=2), "decided_at": NOW}

ONE_ROW = frozenset({"security_log_head"})
"""Tables whose only row is there from the start."""

BROKEN = [
    ("orders", {**CLOSED, "closed_at": None}, "closed_at_belongs_to_closed"),
    ("event", {"version": 0}, "version_counts_from_one"),
    ("event", {"position": 0}, "position_counts_from_one"),
    ("event", {"hash": bytes(31)}, "hash_is_sha256"),
    ("command", {"kind": "perhaps"}, "kind_is_known"),
    ("command", {"kind": "refused"}, "refused_has_its_refusal"),
    ("command", {"refusal": b"{}"}, "refused_has_its_refusal"),
    ("lane", {"position": -1}, "lane_position_is_not_negative"),
    ("refund", {"amount": 0}, "amount_is_positive"),
    ("refund", {"state": "lost"}, "refund_state_is_known"),
    ("refund", {"state": "completed"}, "completed_at_belongs_to_completed"),
    ("refund", {"completed_at": NOW}, "completed_at_belongs_to_completed"),
    ("identity", {"home": 256}, "identity_home_is_a_byte"),
    ("identity", {"kind": "name"}, "identity_kind_is_known"),
    ("identity", {"number": "1"}, "identity_number_has_twelve_digits"),
    ("stock", {"reserved": 3}, "stock_is_never_oversold"),
    ("stock", {"reserved": -1}, "stock_is_never_oversold"),
    ("stock", {"on_hand": -1, "reserved": -1}, "stock_is_never_oversold"),
    ("changed_place", {"kind": "moon"}, "kind_is_known"),
    ("changed_place", {"after_number": "123456789012"}, "after_is_whole"),
    ("message", {"home": 256}, "message_home_is_a_byte"),
    ("message", {"state": "lost", "send_at": None}, "message_state_is_known"),
    ("message", {"send_at": None}, "message_is_open_while_it_is_sent"),
    ("message", {"state": "delivered", "send_at": None}, "message_was_sent_when_it_says"),
    ("payment_attempt", {"home": 256}, "payment_attempt_home_is_a_byte"),
    ("payment_attempt", {"attempt": 0}, "payment_attempt_is_counted_from_one"),
    ("payment_attempt", {"amount": 0}, "payment_attempt_asks_for_money"),
    (
        "payment_attempt",
        {"state": "lost", "check_at": None, "reference": "r"},
        "payment_attempt_state_is_known",
    ),
    ("payment_attempt", {"check_at": None}, "payment_attempt_is_checked_while_it_is_open"),
    ("payment_attempt", {"state": "pending"}, "payment_attempt_has_a_reference"),
    ("money_entry", {"home": 256}, "money_entry_home_is_a_byte"),
    ("money_entry", {"owed": 99}, "money_entry_adds_up"),
    ("money_entry", {"payment_id": None}, "money_entry_names_its_payment"),
    ("money_entry", {"captured": 0, "owed": 0}, "money_entry_names_its_payment"),
    ("reconciliation", {"differences": -1}, "reconciliation_counts"),
    ("reconciliation", {"held_until": None}, "reconciliation_is_held_until_it_ends"),
    ("refund_transfer", {"home": 256}, "refund_transfer_home_is_a_byte"),
    ("refund_transfer", {"source": -1}, "refund_transfer_source_is_counted_from_zero"),
    ("refund_transfer", {"amount": 0}, "refund_transfer_gives_money_back"),
    (
        "refund_transfer",
        {"state": "lost", "asked_at": NOW},
        "refund_transfer_state_is_known",
    ),
    ("refund_transfer", {"next_at": None}, "refund_transfer_goes_on_while_it_is_open"),
    ("refund_transfer", {"state": "cancelled"}, "refund_transfer_settled_at_its_end"),
    ("refund_transfer", {"state": "sending"}, "refund_transfer_was_asked_for"),
    ("manifest", {"state": "lost"}, "manifest_state_is_known"),
    ("manifest", {"closed_at": NOW}, "manifest_closed_at_belongs_to_closed"),
    ("manifest_parcel", {"home": 256}, "manifest_parcel_home_is_a_byte"),
    ("manifest_parcel", {"barcode": "21"}, "manifest_parcel_is_of_its_order"),
    ("manifest_parcel", {"accepted_at": NOW}, "manifest_parcel_is_accepted_as_a_whole"),
    ("manifest_parcel", {"found_at": NOW}, "manifest_parcel_found_was_missing"),
    ("return_box", {"kind": "gift"}, "return_box_kind_is_known"),
    (
        "return_box",
        {"state": "lost", "sealed_at": NOW, "sealed_by": "point:p"},
        "return_box_state_is_known",
    ),
    ("return_box", {"items": 61}, "return_box_items_are_few"),
    ("return_box", {"items": 2, "single": True}, "return_box_single_has_one_item"),
    ("return_box", {"sealed_at": NOW}, "return_box_is_sealed_as_a_whole"),
    ("return_box", {"handed_over_at": NOW}, "return_box_is_handed_over_as_a_whole"),
    (
        "return_box",
        {"items": 0, "state": "sealed", "sealed_at": NOW, "sealed_by": "point:p"},
        "return_box_sealed_is_not_empty",
    ),
    ("return_box_item", {"home": 256}, "return_box_item_home_is_a_byte"),
    ("return_box_item", {"barcode": "21"}, "return_box_item_is_of_its_order"),
    ("return_box_item", {"moved_from": "BOX-1"}, "return_box_item_moved_from_another"),
    ("return_box_item", {"taken_out_at": NOW}, "return_box_item_is_taken_out_as_a_whole"),
    ("box_handover", {"boxes": 0}, "box_handover_has_boxes"),
    ("box_handover", {"parcels": 61}, "box_handover_parcels_fill_boxes"),
    ("acceptance", {"closed_at": NOW}, "acceptance_is_closed_as_a_whole"),
    ("acceptance_scan", {"home": 256}, "acceptance_scan_home_is_a_byte"),
    ("acceptance_scan", {"answer": "lost"}, "acceptance_scan_answer_is_known"),
    ("accepted_parcel", {"home": 256}, "accepted_parcel_home_is_a_byte"),
    ("case_file", {"home": 256}, "case_file_home_is_a_byte"),
    ("case_file", {"owner": "office:anna"}, "case_file_owner_came_at_a_time"),
    ("case_file", {"resolution": "accept"}, "case_file_is_resolved_as_a_whole"),
    ("payment_notification", {"home": 8}, "payment_notification_home_is_of_its_id"),
    ("payment_notification", {"id": b"\x07"}, "payment_notification_id_is_a_digest"),
    ("payment_notification", {"about": "other"}, "payment_notification_is_about_something"),
    (
        "payment_notification",
        {"outcome": "lost", "next_at": None, "settled_at": NOW},
        "payment_notification_outcome_is_known",
    ),
    (
        "payment_notification",
        {"outcome": "credited"},
        "payment_notification_waits_until_it_is_settled",
    ),
    ("case_file", {"decision": "accept"}, "case_file_is_decided_as_a_whole"),
    ("case_note", {"home": 256}, "case_note_home_is_a_byte"),
    ("fiscal_receipt", {"home": 256}, "fiscal_receipt_home_is_a_byte"),
    ("fiscal_receipt", {"amount": 0}, "fiscal_receipt_is_of_money"),
    ("fiscal_receipt", {"kind": "gift"}, "fiscal_receipt_kind_is_known"),
    ("fiscal_receipt", {"state": "lost", "try_at": None}, "fiscal_receipt_state_is_known"),
    ("fiscal_receipt", {"try_at": None}, "fiscal_receipt_is_tried_while_it_is_open"),
    ("fiscal_receipt", {"state": "sent"}, "fiscal_receipt_sent_has_a_document"),
    ("fiscal_receipt", {"fiscal_document": "1"}, "fiscal_receipt_registered_has_its_proof"),
    ("notice_choice", {"home": 256}, "notice_choice_home_is_a_byte"),
    ("notice_choice", {"channel": "pigeon"}, "notice_choice_channel_is_known"),
    ("notice_choice", {"source": "guess"}, "notice_choice_source_is_known"),
    ("notice_choice", {"wording": 0}, "notice_choice_wording_counts_from_one"),
    ("pace_sketch", {"goal": "sold"}, "pace_goal_is_known"),
    ("pace_sketch", {"slot": 16}, "pace_slot_is_a_time_of_week"),
    ("pace_sketch", {"buckets": []}, "pace_weights_belong_to_buckets"),
    ("help_message", {"home": 256}, "help_message_home_is_a_byte"),
    ("help_message", {"author": "robot"}, "help_message_author_is_known"),
    ("help_message", {"said": ""}, "help_message_says_something"),
    ("help_message", {"channel": "pigeon"}, "help_message_channel_is_known"),
    ("help_assignment", {"home": 256}, "help_assignment_home_is_a_byte"),
    ("claim_comment", {"home": 256}, "claim_comment_home_is_a_byte"),
    ("claim_comment", {"said": "x" * 501}, "claim_comment_is_short"),
    ("order_text", {"home": 256}, "order_text_home_is_a_byte"),
    ("order_text", {"digest": "wet"}, "order_text_digest_is_128_bits"),
    ("order_text", {"salt": b""}, "order_text_salt_is_128_bits"),
    ("order_text", {"said": ""}, "order_text_says_something"),
    ("claim_photo", {"home": 256}, "claim_photo_home_is_a_byte"),
    ("claim_photo", {"picture": b""}, "claim_photo_is_small"),
    ("attachment", {"home": 256}, "attachment_home_is_a_byte"),
    ("attachment", {"kind": "shelf"}, "attachment_kind_is_known"),
    ("attachment", {"number": ""}, "attachment_of_an_order_names_it"),
    ("attachment", {"purpose": "art"}, "attachment_purpose_is_known"),
    ("attachment", {"digest": b"x"}, "attachment_digest_is_sha_256"),
    ("attachment", {"content": b"", "size": 0}, "attachment_is_small"),
    ("attachment", {"thumbnail": b""}, "attachment_thumbnail_is_small"),
    ("attachment", {"size": 5}, "attachment_size_is_that_of_its_content"),
    ("attachment", {"width": None}, "attachment_has_both_sides"),
    ("attachment", {"content": None}, "attachment_goes_as_a_whole"),
    ("attachment", {"removed_at": NOW}, "attachment_goes_as_a_whole"),
    ("order_look", {"home": 256}, "order_look_home_is_a_byte"),
    ("order_look", {"what": "x"}, "order_look_what_is_known"),
    ("order_look", {"looks": 0}, "order_look_counts_from_one"),
    ("order_look", {"last_at": NOW - timedelta(1)}, "order_look_ends_after_it_began"),
    ("rating", {"home": 256}, "rating_home_is_a_byte"),
    ("rating", {"stars": 6}, "rating_stars_are_one_to_five"),
    ("rating", {"said": "x" * 1001}, "rating_is_short"),
    ("rating", {"changed_at": NOW - timedelta(1)}, "rating_changed_after_it_was_given"),
    ("track_link", {"home": 256}, "track_link_home_is_a_byte"),
    ("track_link", {"digest": bytes(31)}, "track_link_digest_is_sha256"),
    ("track_link", {"revoked_at": NOW - timedelta(1)}, "track_link_ends_after_it_began"),
    ("push_subscription", {"home": 256}, "push_subscription_home_is_a_byte"),
    ("push_subscription", {"digest": bytes(31)}, "push_subscription_digest_is_sha256"),
    ("push_subscription", {"public_key": bytes(64)}, "push_subscription_public_key_is_p256"),
    ("push_subscription", {"auth": bytes(15)}, "push_subscription_auth_has_16_bytes"),
    ("security_log", {"seq": 0}, "security_log_counts_from_one"),
    ("security_log", {"state": bytes(31)}, "security_log_state_is_sha256"),
    ("security_log", {"hash": bytes(31)}, "security_log_hash_is_sha256"),
    ("security_log_head", {"log": 2}, "security_log_head_is_one_row"),
    ("security_log_head", {"anchor_seq": 1}, "security_log_anchor_is_before_the_head"),
    ("security_log_head", {"anchor_hash": b""}, "security_log_head_is_sha256"),
    ("retention_progress", {"removed": -1}, "retention_progress_counts"),
    ("timer_hold", {"due": -1}, "timer_hold_counts"),
    ("staff", {"login": "Alina"}, "staff_login_is_lower_case"),
    ("staff", {"password": "x"}, "staff_password_has_its_second_factor"),
    ("staff", {"locale": "tt"}, "staff_locale_is_known"),
    ("staff_grant", {"role": "buyer", "point": None}, "staff_grant_role_is_known"),
    ("staff_grant", {"shop": "north"}, "staff_grant_shop_is_of_the_office"),
    ("staff_grant", {"role": "courier"}, "staff_grant_point_is_of_a_clerk"),
    ("staff_grant", {"warehouse": "KZN"}, "staff_grant_warehouse_is_of_its_staff"),
    ("staff_grant", {"role": "courier", "point": None, "manager": True}, MANAGER_OF_A_POINT),
    ("staff_grant", {"revoked_at": NOW}, "staff_grant_revoked_by_somebody"),
    ("staff_invitation", {"kind": "gift"}, "staff_invitation_kind_is_known"),
    ("staff_session", {"method": "guess"}, "staff_session_method_is_known"),
    ("desk_device", {"kind": "toaster"}, "desk_device_kind_is_known"),
    ("desk_device", {"digest": bytes(31)}, "desk_device_digest_is_sha256"),
    ("desk_device", {"revoked_at": NOW}, "desk_device_is_revoked_by_somebody"),
    ("shift", {"ends_by": NOW}, "shift_ends_after_it_began"),
    ("shift", {"end_reason": "person"}, "shift_is_ended_as_a_whole"),
    (
        "shift",
        {"ended_at": NOW, "end_reason": "bored", "ended_by": "system:"},
        "shift_end_reason_is_known",
    ),
    ("approval", {"decision": "granted"}, "approval_is_decided_as_a_whole"),
    ("approval", {"decision": "maybe"} | DECIDED, "approval_decision_is_known"),
    (
        "approval",
        {"decision": "granted", "asked_person": UUID(int=2)} | DECIDED,
        "approval_is_of_two_people",
    ),
    ("approval", {"taken_by": "c", "taken_at": NOW}, "approval_is_taken_once_granted"),
    ("customer_key", {"version": 0}, "customer_key_counts_from_one"),
    ("customer_key", {"finished_at": NOW}, "customer_key_is_mapped_first"),
    ("secret_check", {"version": 0}, "secret_version_counts_from_one"),
    ("secret_check", {"value": bytes(31)}, "secret_check_is_sha256"),
    ("feed_epoch", {"number": 0}, "feed_epoch_counts_from_one"),
    ("feed_epoch", {"id": "0123cdeg"}, "feed_epoch_id_is_eight_digits"),
    ("feed_epoch", {"positions": []}, "feed_epoch_has_lanes"),
    ("telegram_chat", {"language": "de"}, "telegram_chat_language_is_known"),
    ("telegram_chat", {"way": "guess"}, "telegram_chat_way_is_known"),
    ("telegram_invitation", {"digest": b"short"}, "telegram_invitation_digest_is_sha256"),
    ("telegram_update", {"payload": None}, "telegram_update_is_open_while_it_is_stored"),
    ("telegram_update", {"outcome": "handled"}, "telegram_update_is_open_while_it_is_stored"),
    ("telegram_card", {"home": 256}, "telegram_card_home_is_a_byte"),
    ("telegram_card", {"shown": b"short"}, "telegram_card_shown_is_sha256"),
    ("webhook", {"secrets": [], "secret_ends": []}, "webhook_has_a_secret"),
    ("webhook", {"secret_ends": []}, "webhook_secrets_have_ends"),
    ("webhook", {"is_on": False}, "webhook_off_has_a_reason"),
    ("webhook_delivery", {"state": "lost"}, "webhook_delivery_state_is_known"),
    ("demo_payment", {"amount": 0}, "demo_payment_asks_for_money"),
    ("demo_payment", {"state": "lost", "captured": 0}, "demo_payment_state_is_known"),
    ("demo_payment", {"captured": 0}, "demo_payment_captures_when_it_succeeds"),
    ("demo_payment", {"ended_at": None}, "demo_payment_ends_once"),
    ("demo_refund", {"amount": 0}, "demo_refund_gives_money"),
    ("demo_refund", {"ends_at": NOW - timedelta(seconds=1)}, "demo_refund_ends_later"),
    ("channel_spending", {"spent": -1}, "channel_spending_is_not_negative"),
    ("channel_spending", {"messages": -1}, "channel_spending_is_not_negative"),
]


async def insert(pool: asyncpg.Pool, table: str, row: dict[str, Any]) -> None:
    """Write one row of a table."""
    columns = ", ".join(row)
    places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
    statement = f"insert into {table} ({columns}) values ({places})"  # noqa: S608
    await pool.execute(statement, *row.values())


@pytest.mark.parametrize("table", sorted(SOUND.keys() - ONE_ROW))
async def test_a_sound_row_is_taken_once(pool: asyncpg.Pool, table: str) -> None:
    await insert(pool, table, SOUND[table])
    with pytest.raises(asyncpg.UniqueViolationError, match=f'"{table}_pkey"'):
        await insert(pool, table, SOUND[table])


async def test_a_closed_order_is_taken(pool: asyncpg.Pool) -> None:
    await insert(pool, "orders", {**ORDER, **CLOSED})
    await insert(pool, "orders", {**ORDER, **CLOSED, "number": "2" * 12, "outcome": "issued",
                                  "reason": None})  # fmt: skip


@pytest.mark.parametrize(("table", "change", "name"), BROKEN)
async def test_a_broken_rule_is_refused_by_its_name(
    pool: asyncpg.Pool, table: str, change: dict[str, Any], name: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await insert(pool, table, {**SOUND[table], **change})
    assert caught.value.constraint_name == name


async def test_every_rule_has_a_row_here_that_breaks_it(pool: asyncpg.Pool) -> None:
    rules = await pool.fetch(
        "select conrelid::regclass::text as place, conname from pg_constraint"
        " where contype = 'c' and connamespace = 'public'::regnamespace"
    )
    broken = {(table, name) for table, _, name in BROKEN}
    assert {(rule["place"], rule["conname"]) for rule in rules} == broken


async def test_every_table_says_what_it_is_for(pool: asyncpg.Pool) -> None:
    silent = await pool.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        "   and relname <> 'schema_migration' and obj_description(oid, 'pg_class') is null"
    )
    assert [row["relname"] for row in silent] == []


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("orders", "status", sorted(set(STATUS_OF.values()))),
        ("orders", "outcome", Outcome),
        ("orders", "reason", Reason),
        ("orders", "attention", Attention),
        ("orders", "method", ("pickup", "courier")),
        ("command", "kind", ("done", "already_done", "refused")),
        ("refund", "state", RefundState),
        ("refund_transfer", "state", TransferState),
    ],
)
async def test_every_value_of_a_closed_list_is_named_beside_its_column(
    pool: asyncpg.Pool, table: str, column: str, values: Iterable[StrEnum | str]
) -> None:
    words = await pool.fetchval(
        "select col_description(attrelid, attnum) from pg_attribute"
        " where attrelid = $1::text::regclass and attname = $2",
        table,
        column,
    )
    assert [str(value) for value in values if str(value) not in words] == []


async def test_the_counter_of_the_one_lane_is_there_from_the_start(pool: asyncpg.Pool) -> None:
    assert [tuple(row) for row in await pool.fetch("select * from lane")] == [(0, 0)]
