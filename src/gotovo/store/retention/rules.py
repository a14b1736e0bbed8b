"""Retention rules: one row for everything that holds a person (rule 4.16).

The job runs these rows, and `docs/reference/retention.md` is made from them. Columns that hold
no person are listed in `columns.py`; a test compares both with the schema.
"""

from collections.abc import Mapping
from typing import Final

from gotovo.store.retention.attachment_rules import ATTACHMENT_RULES
from gotovo.store.retention.rule import SETTLED, RetentionRule, Walk
from gotovo.store.retention.staff_rules import STAFF_RULES

ACCEPTANCE_DAYS: Final = 365
"""A claim about what came with a van is made within a year (Civil Code of Russia, article 797)."""

SCAN_DAYS: Final = ACCEPTANCE_DAYS + 30
"""Scans outlive the report that is made of them, so that its figures can be made again."""

RULES: Final = (
    RetentionRule(
        name="contacts",
        holds="Phone, name, e-mail and address of a closed order, and words of notes about it",
        columns=("orders.contact", "order_text.said", "order_text.salt"),
        counted_from=SETTLED,
        setting="contact_days",
        then=(
            "blanked and deleted by the step `contact-erasure`; goods, money and history stay, and "
            "nothing is noted about it any more"
        ),
        walk=Walk.CLOSED_ORDERS,
    ),
    RetentionRule(
        name="help-threads",
        holds="What a buyer asked about an order and what support answered",
        columns=("help_message.said", "help_message.settled_by", "help_assignment.assignee"),
        counted_from=f"{SETTLED}, and the last message; not before every question is answered",
        setting="words_days",
        then="deleted",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="claim-comments",
        holds="What a buyer wrote about goods that come back",
        columns=("claim_comment.said",),
        counted_from=SETTLED,
        setting="words_days",
        then="deleted",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="claim-photos",
        holds="Pictures of goods that come back, as earlier versions stored them",
        columns=("claim_photo.picture",),
        counted_from=SETTLED,
        setting="words_days",
        then="deleted",
        walk=Walk.BESIDE_ORDERS,
    ),
    *ATTACHMENT_RULES,
    RetentionRule(
        name="rating-words",
        holds="What a buyer wrote about a hand-over",
        columns=("rating.said",),
        counted_from=SETTLED,
        setting="words_days",
        then="blanked; the stars stay",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="case-notes",
        holds="What somebody noted when they decided a case of an order",
        columns=("case_note.said",),
        counted_from=f"{SETTLED}, and the note",
        setting="words_days",
        then="deleted; the case and its decision stay, as the history does",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="lone-case-notes",
        holds="The same of a case without an order",
        columns=("case_note.written_at",),
        counted_from="the note",
        setting="words_days",
        then="deleted; the case and its decision stay",
    ),
    RetentionRule(
        name="old-links",
        holds="Links with which others follow an order",
        columns=("track_link.digest",),
        counted_from=SETTLED,
        setting="words_days",
        then="deleted",
        walk=Walk.BESIDE_ORDERS,
    ),
    RetentionRule(
        name="revoked-links",
        holds="Links that their buyer revoked",
        columns=("track_link.revoked_at",),
        counted_from="the revocation",
        days=30,
        then="deleted",
    ),
    RetentionRule(
        name="sessions",
        holds="Signed-in browsers: whose, masked phone, browser, system, last use",
        columns=(
            "session.token",
            "session.customer",
            "session.shown_as",
            "session.browser",
            "session.system",
            "session.seen_at",
        ),
        counted_from="the end of the session",
        then="deleted",
    ),
    RetentionRule(
        name="sign-in-codes",
        holds="Sign-in codes that wait to be typed: digests, masked phone",
        columns=(
            "sign_in_code.browser",
            "sign_in_code.customer",
            "sign_in_code.shown_as",
            "sign_in_code.digest",
        ),
        counted_from="the end of the code, five minutes after it was sent",
        then="deleted",
    ),
    RetentionRule(
        name="passkeys",
        holds="Public halves of passkeys: whose, masked phone, browser, system",
        columns=(
            "passkey.id",
            "passkey.customer",
            "passkey.shown_as",
            "passkey.public_key",
            "passkey.browser",
            "passkey.system",
        ),
        counted_from="the day when the phone has to be proved by a code again",
        then="deleted",
    ),
    RetentionRule(
        name="passkey-challenges",
        holds="What a passkey has to sign now: digest of the browser's token",
        columns=("passkey_challenge.asker",),
        counted_from="the end of the challenge, minutes after it was made",
        then="deleted",
    ),
    *STAFF_RULES,
    RetentionRule(
        name="push-subscriptions",
        holds="Browsers that want messages: whose, address at the browser's maker, keys",
        columns=(
            "push_subscription.digest",
            "push_subscription.customer",
            "push_subscription.session",
            "push_subscription.endpoint",
            "push_subscription.public_key",
            "push_subscription.auth",
        ),
        counted_from="the end of the session they were made in",
        then="deleted",
    ),
    RetentionRule(
        name="telegram-chats",
        holds="Chats with the Telegram bot that a buyer linked: whose, which, when it was used",
        columns=(
            "telegram_chat.chat",
            "telegram_chat.customer",
            "telegram_chat.orders_since",
            "telegram_chat.proved_at",
            "telegram_chat.used_at",
        ),
        counted_from="the linking, or the last sign-in since: the phone may have a new owner",
        setting="idle_phone_days",
        then="deleted: the buyer may link it again",
    ),
    RetentionRule(
        name="telegram-invitations",
        holds="Links that would link a chat to a buyer: digests",
        columns=(
            "telegram_invitation.digest",
            "telegram_invitation.customer",
            "telegram_invitation.orders_since",
        ),
        counted_from="the end of the link, ten minutes after it was made",
        then="deleted",
    ),
    RetentionRule(
        name="telegram-updates",
        holds="What people wrote to the Telegram bot; blanked as soon as it was handled",
        columns=("telegram_update.chat", "telegram_update.payload"),
        counted_from="its arrival",
        days=2,
        then="deleted; Telegram itself sends nothing again after a day",
    ),
    RetentionRule(
        name="telegram-cards",
        holds="Which message of a chat shows which order",
        columns=("telegram_card.chat", "telegram_card.message"),
        counted_from="the last time that it changed",
        days=90,
        then="deleted; the message stays in the chat, and shows nothing new",
    ),
    RetentionRule(
        name="accounts",
        holds="When a buyer last signed in, and since when the phone is theirs",
        columns=("account.customer", "account.signed_in_at", "account.orders_since"),
        counted_from="the last sign-in",
        setting="idle_phone_days",
        then="deleted",
    ),
    RetentionRule(
        name="rate-limits",
        holds="How often somebody asked: keyed digests of phones and addresses",
        columns=("rate_limit.subject",),
        counted_from="the instant at which the limit is free again, within a day",
        then="deleted",
    ),
    RetentionRule(
        name="access-log",
        holds="Who looked at whose order",
        columns=("order_look.subject", "order_look.actor"),
        counted_from="the day of the look",
        days=90,
        then="deleted",
    ),
    RetentionRule(
        name="security-log",
        holds="Who was let in or refused: keyed digests of buyers, keys, blocks of addresses",
        columns=(
            "security_log.actor",
            "security_log.subject",
            "security_log.network",
            "security_log.details",
        ),
        counted_from="the entry; a day's entries go together",
        setting="security_log_days",
        then="deleted",
        walk=Walk.SECURITY_LOG,
    ),
    RetentionRule(
        name="scans",
        holds="What was scanned when a van came to a point, and who scanned it",
        columns=("acceptance_scan.code", "acceptance_scan.actor"),
        counted_from="the scan",
        days=SCAN_DAYS,
        then="deleted",
    ),
    RetentionRule(
        name="accepted-parcels",
        holds="Who took a parcel in",
        columns=("accepted_parcel.actor",),
        counted_from="the scan",
        days=SCAN_DAYS,
        then="deleted",
    ),
    RetentionRule(
        name="acceptances",
        holds="What came with a van, and who opened and closed its acceptance",
        columns=("acceptance.opened_by", "acceptance.closed_by", "acceptance.report"),
        counted_from="the closing",
        days=ACCEPTANCE_DAYS,
        then="deleted; what its cases decided stays",
    ),
    RetentionRule(
        name="listed-parcels",
        holds="Which van brought a parcel, and who took it in",
        columns=("manifest_parcel.accepted_by",),
        counted_from="when the van had brought it, or not",
        days=SCAN_DAYS,
        then="deleted",
    ),
    RetentionRule(
        name="manifests",
        holds="Who sent a van off",
        columns=("manifest.created_by",),
        counted_from="the end of the manifest",
        days=ACCEPTANCE_DAYS,
        then="deleted",
    ),
    RetentionRule(
        name="phone-messages",
        holds="Messages of the demo's phones",
        columns=("phone_message.phone", "phone_message.text"),
        counted_from="the sending",
        days=30,
        then="deleted",
    ),
    RetentionRule(
        name="messages",
        holds="What a buyer was told about an order or the account, and what became of it",
        columns=(
            "message.customer",
            "message.hold",
            "message.number",
            "message.phone",
            "message.text",
        ),
        counted_from="the event that was told",
        days=90,
        then="deleted",
    ),
    RetentionRule(
        name="notice-choices",
        holds="What a buyer chose to be told, when and where: the record of consent",
        columns=("notice_choice.customer", "notice_choice.chosen_at"),
        counted_from=(
            "the choice, once a later one has replaced it or no order of the buyer has a contact"
        ),
        setting="contact_days",
        then="deleted; what is not chosen is switched on",
    ),
    RetentionRule(
        name="webhook-deliveries",
        holds="Which events of an order a shop's webhook got; neither what they say nor where to",
        columns=("webhook_delivery.number",),
        counted_from="the last attempt, once the message has arrived or was re-sent in vain",
        days=30,
        then="deleted",
    ),
    RetentionRule(
        name="payment-notifications",
        holds="Which payments and refunds a provider has told of, without what it said",
        columns=("payment_notification.reference",),
        counted_from="when it was looked up",
        days=90,
        then="deleted",
    ),
    RetentionRule(
        name="stored-responses",
        holds="Responses to repeated requests that name no order",
        columns=("idempotency.body",),
        counted_from="the first response",
        days=30,
        then="deleted",
    ),
    RetentionRule(
        name="idempotency-records",
        holds="Outcomes of commands, with what a refusal named",
        columns=("command.refusal",),
        counted_from="the first outcome",
        days=30,
        then="deleted",
        walk=Walk.RECORDS,
    ),
)

BY_NAME: Final[Mapping[str, RetentionRule]] = {rule.name: rule for rule in RULES}
