"""Columns that hold no person, by table: places, goods, money, times, counters and digests.

A new column stands here or in a retention rule; tests/store/retention compares with the schema.
"""

from collections.abc import Mapping
from typing import Final

NO_PERSON: Final[Mapping[str, str]] = {
    "acceptance": "id point manifest opened_at closed_at",
    "acceptance_scan": (
        "home id acceptance point answer barcode number box cell size reason belongs_to surplus "
        "told_by_box attachments at recorded_at"
    ),
    "accepted_parcel": "home barcode arrival scan acceptance point at",
    "approval": "id point kind about expires_at decision taken_by taken_at",
    "desk_device": "id point name kind digest registered_at seen_at revoked_at",
    "shift": "point device ends_by end_reason",
    "account": "",
    "api_key": (
        "id name role point digest created_at revoked_at shop old_digests old_until rate burst "
        "requests streams scopes created_by expires_at networks used_at used_from refused_at "
        "refused_from version warehouse"
    ),
    "box_handover": "id point boxes parcels at",
    "attachment": (
        "home id kind number point purpose type size width height digest added_at removed_at "
        "removal_reason"
    ),
    "case_file": (
        "home id kind about shop number opened_at due_at owned_at decision decided_at "
        "decided_with resolution resolved_at"
    ),
    "case_note": "home id number",
    "changed_place": "kind code version changed_at after_placed_at after_number",
    "channel_health": (
        "channel asked_at answered_at reachable reason balance currency failing_since"
    ),
    "channel_spending": "channel country day unit spent messages refused_at",
    "claim_comment": "home number written_at",
    "claim_photo": "home number id added_at",
    "clock_tick": "machine at uptime_seconds",
    "command": "id home number fingerprint kind version recorded_at",
    "customer_key": "version begins_at after_home after_number mapped_at finished_at",
    "demo_payment": (
        "reference number attempt shop amount currency method description return_url state "
        "captured closes_card reason created_at ended_at"
    ),
    "demo_refund": "refund_id key reference amount currency fails created_at ends_at",
    "event": (
        "home placed_at number version lane position type at recorded_at command_id hash shop"
    ),
    "feed_epoch": "number id positions began_at server",
    "follower": "name lane position",
    "fiscal_receipt": (
        "home number version shop kind amount state created_at try_at tries round document "
        "register reference asked_at fiscal_drive fiscal_document fiscal_sign url reason settled_at"
    ),
    "fiscal_start": "name begun_at",
    "fiscal_terms": "shop version terms updated_at",
    "help_assignment": "home number assigned_at",
    "help_message": "home number id author written_at settled_at channel due_at",
    "idempotency": "id fingerprint status recorded_at",
    "identity": "home kind scope number",
    "import_checkpoint": (
        "name line position imported present rejected contradictions rejected_bytes updated_at"
    ),
    "lane": "home position",
    "manifest": (
        "code warehouse point state created_at sealed_at dispatched_at arrived_at accepted_at "
        "closed_at"
    ),
    "manifest_parcel": (
        "home manifest barcode number box listed_at left_out released_at acceptance accepted_at "
        "missing_since found_at"
    ),
    "message": (
        "home id version purpose created_at send_at state attempt tried channel channel_since "
        "reason sent_at provider_id segments settled_at starts_storage storage_at"
    ),
    "money_entry": (
        "home number version currency shop at captured issued refunded owed paid_back provider "
        "payment_id"
    ),
    "notice_choice": "home channel kind is_on source wording",
    "order_look": "home day place what looks first_at last_at",
    "order_text": "home number digest",
    "orders": (
        "home number version status outcome reason stage method point warehouse attention total "
        "currency placed_at paid_at ready_at closed_at promised_until due_at due_what head shop "
        "courier"
    ),
    "pace_sketch": "stage goal route slot buckets weights learnt_at",
    "passkey": "sign_count created_at expires_at",
    "passkey_challenge": "challenge expires_at",
    "refund_transfer": (
        "home refund source number provider payment_id amount currency state round created_at "
        "next_at asked_at attempts provider_id reason settled_at"
    ),
    "payment_attempt": (
        "home number attempt shop provider method amount currency state created_at expires_at "
        "reference payment_id url reason check_at checks settled_at"
    ),
    "payment_notification": (
        "home provider id about kind received_at outcome replays attempts next_at settled_at"
    ),
    "payment_sweep": "provider next_at",
    "phone_account": "since",
    "phone_lookup": "version",
    "phone_message": "key purpose number sent_at",
    "point": "code settings version updated_at",
    "push_subscription": "home language made_at",
    "rate_limit": "name free_at",
    "rating": "home number stars rated_at changed_at",
    "reconciliation": (
        "provider day began_at held_until finished_at payments refunds differences failure"
    ),
    "return_box": (
        "code point kind state items single opened_at sealed_at handover handed_over_at"
    ),
    "return_box_item": "home id barcode number box moved_from put_at taken_out_at left_out",
    "refund": "home number id amount currency state route promised_for started_at completed_at",
    "retention_progress": (
        "rule after_placed_at after_number began_at ended_at removed removed_at"
    ),
    "schema_migration": "number name checksum applied_at runs_from",
    "secret_check": "version value recorded_at",
    "security_log": "seq at kind shop outcome state hash",
    "security_log_head": "log seq hash anchor_seq anchor_hash",
    "session": "began_at expires_at orders_since proved_at",
    "shop": "code title created_at version",
    "sign_in_code": "expires_at tries_left",
    "staff": "locale version created_at suspended_at totp_step",
    "staff_grant": "id role shop point warehouse granted_at revoked_at manager",
    "staff_invitation": "kind made_at expires_at used_at revoked_at",
    "staff_passkey": "sign_count created_at",
    "staff_recovery_code": "digest made_at",
    "staff_session": "grant_id method began_at ends_at proved_at device shift",
    "stock": "home warehouse sku title on_hand reserved",
    "stock_entry": "home id warehouse sku delta reason recorded_at",
    "telegram_card": "home number shown shown_at edit_at",
    "telegram_chat": "language way linked_at blocked_at",
    "telegram_invitation": "expires_at",
    "telegram_poll": "bot holder held_until",
    "telegram_update": "bot id received_at held_until attempts outcome",
    "timer_hold": "what machine since due allowed expected_at shown_at released_at",
    "timer_tally": "what day count",
    "track_link": "home number made_at",
    "warehouse": "code settings version updated_at",
    "webhook": (
        "id shop url title types secrets secret_ends is_on off_reason off_at version created_at "
        "updated_at created_by owner_email owner_told_at"
    ),
    "webhook_cursor": "webhook lane position",
    "webhook_delivery": (
        "webhook position lane type message state attempts last_at next_at status error"
    ),
    "webhook_progress": "webhook holder held_until failing_since",
}
"""A name of a program or a place is none of a person: product.md says so of keys and points. Nor is
the address of whoever looks after a webhook, which goes with it."""
