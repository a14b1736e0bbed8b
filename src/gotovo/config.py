"""Settings: what each is called, its type, its default and its bounds.

Secrets are no settings: a setting names the file that holds one (`keyring`, `secret_files`).
`settings_sources` reads them.
"""

import ipaddress
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from gotovo.setting_checks import address_of, listed

PREFIX = "GOTOVO_"

_SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_MAILBOX = r"([\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)"
_SENDER = re.compile(rf"(?:([^<>@\"]*[^<>@\"\s])\s*<{_MAILBOX}>|{_MAILBOX})", re.ASCII)


class Settings(Struct, frozen=True, kw_only=True):
    """All settings; `docs/reference/settings.md` describes each."""

    database_url: Annotated[str, Meta(description="PostgreSQL ≥ 15; empty: the embedded one.")] = ""
    data_dir: Annotated[Path, Meta(description="Folder of the embedded database.")]
    secret_file: Annotated[Path, Meta(description="File with the key behind codes and ids.")]
    listen: Annotated[str, Meta(description="HOST:PORT to serve on.")] = "127.0.0.1:8000"
    public_url: Annotated[str, Meta(description="The public address, for links.")] = ""
    trusted_proxies: Annotated[
        str, Meta(description="Proxies whose X-Forwarded-For is trusted.")
    ] = ""
    operations_listen: Annotated[
        str, Meta(description="HOST:PORT to serve /metrics and /readyz on; empty: nowhere else.")
    ] = ""
    connections_per_address: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Connections of one address to each worker.")
    ] = 1_024
    requests_per_address: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Requests of one address under way at once.")
    ] = 1_024
    rate_per_key: Annotated[
        int, Meta(ge=0, le=100_000, description="Requests of one API key a second; 0: any number.")
    ] = 2_000
    burst_per_key: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Requests of one API key at once.")
    ] = 10_000
    requests_per_key: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Requests of one API key under way at once.")
    ] = 1_024
    streams_per_key: Annotated[
        int, Meta(ge=1, le=1_000, description="Event streams of one API key at once.")
    ] = 100
    keys_per_shop: Annotated[
        int, Meta(ge=1, le=10_000, description="API keys of a shop that are not revoked.")
    ] = 100
    staff_passkeys_only: Annotated[
        bool, Meta(description="Let staff sign in with passkeys alone, never with a password.")
    ] = False
    webhook_networks: Annotated[
        str, Meta(description="Private networks that webhooks may be sent to.")
    ] = ""
    workers: Annotated[int, Meta(ge=1, le=64, description="Worker processes.")] = 1
    http_server: Annotated[
        Literal["gotovo", "granian"], Meta(description="What serves HTTP in a worker.")
    ] = "gotovo"
    demo: Annotated[bool, Meta(description="Run the demo town and the demo phone.")] = False
    demo_public: Annotated[bool, Meta(description="Let others than this machine reach it.")] = False
    unsafe: Annotated[bool, Meta(description="Accept a database that may lose orders.")] = False
    language: Annotated[
        Literal["ru", "en"], Meta(description="Default for clients without a preference.")
    ] = "ru"
    pool_size: Annotated[
        int, Meta(ge=2, le=1000, description="Database connections of each worker.")
    ] = 8
    batch_limit: Annotated[
        int, Meta(ge=1, le=10_000, description="Maximum number of commands in one commit.")
    ] = 256
    batches_in_flight: Annotated[
        int, Meta(ge=1, le=64, description="Batches committed at the same time.")
    ] = 2
    queue_limit: Annotated[
        int, Meta(ge=1, le=10_000_000, description="Maximum number of waiting commands.")
    ] = 10_000
    queue_seconds: Annotated[
        float, Meta(gt=0, le=60, description="Longest expected wait of a command, in seconds.")
    ] = 0.5
    payment_hours: Annotated[
        int, Meta(ge=1, le=24 * 365, description="Time to pay for a placed order.")
    ] = 24
    late_payment_hours: Annotated[
        int,
        Meta(
            ge=0,
            le=24 * 365,
            description="Time in which a payment made in time revives an order expired unpaid.",
        ),
    ] = 24
    pay_at_point_max: Annotated[
        int,
        Meta(
            ge=0,
            le=10**15,
            description="The largest sum that may be paid at a point, in minor units; 0 for any.",
        ),
    ] = 0
    backdate_hours: Annotated[
        int, Meta(ge=0, le=24 * 365, description="How far back a key may say a step was taken.")
    ] = 72
    return_days: Annotated[int, Meta(ge=0, le=3650, description="Return period after issue.")] = 7
    refund_days: Annotated[int, Meta(ge=0, le=365, description="Promised time of a refund.")] = 10
    refund_hold_minutes: Annotated[
        int,
        Meta(
            ge=0,
            le=7 * 24 * 60,
            description="How long the money of an expired order stays: it may be reinstated.",
        ),
    ] = 60
    rest_days: Annotated[
        int,
        Meta(ge=1, le=365, description="Wait for the rest of a partly received parcel."),
    ] = 7
    handover_minutes: Annotated[
        int, Meta(ge=1, le=24 * 60, description="Time limit of an open hand-over.")
    ] = 30
    shift_required: Annotated[
        bool, Meta(description="What a clerk does at a desk needs an open shift.")
    ] = True
    shift_hours: Annotated[
        int, Meta(ge=1, le=24, description="Longest shift; it ends then by itself.")
    ] = 14
    desk_devices: Annotated[
        Literal["registered", "any"], Meta(description="On which devices shifts may begin.")
    ] = "registered"
    managers_register_devices: Annotated[
        bool, Meta(description="Managers register devices of their point, not only administrators.")
    ] = True
    approval_minutes: Annotated[
        int, Meta(ge=1, le=24 * 60, description="How long an approval waits and can be taken.")
    ] = 15
    proof_minutes: Annotated[
        int, Meta(ge=1, le=60, description="How old a proof for a dangerous step may be.")
    ] = 5
    without_code_max: Annotated[
        int,
        Meta(
            ge=0,
            le=10**15,
            description="The largest order one clerk alone issues without a code, in minor units.",
        ),
    ] = 300_000
    without_code_per_shift: Annotated[
        int,
        Meta(ge=1, le=10_000, description="Hand-overs without a code of one person until flagged."),
    ] = 5
    search_minutes: Annotated[
        int, Meta(ge=1, le=24 * 60, description="Minutes until a buyer hears of a search.")
    ] = 20
    not_refusable: Annotated[
        str, Meta(description="Classes of goods that can't be refused without a defect.")
    ] = ""
    correction_minutes: Annotated[
        int, Meta(ge=0, le=24 * 60, description="How long a clerk undoes their own hand-over.")
    ] = 15
    correction_hours: Annotated[
        int, Meta(ge=1, le=24 * 365, description="How long a hand-over can be undone at all.")
    ] = 72
    corrections_need_approval: Annotated[
        bool, Meta(description="A clerk undoes a hand-over only with a second person.")
    ] = False
    message_hold_seconds: Annotated[
        int, Meta(ge=0, le=3600, description="How long a ready message waits for further orders.")
    ] = 60
    storage_starts_within_hours: Annotated[
        int, Meta(ge=0, le=23, description="Latest start of storage; 0: starts when ready.")
    ] = 12
    message_texts: Annotated[
        str, Meta(description="Folder with own texts of messages; empty: those of Gotovo.")
    ] = ""
    expiry_brake_percent: Annotated[
        int, Meta(ge=1, le=100, description="Share of the shelves that may expire in a day.")
    ] = 25
    clock_jump_minutes: Annotated[
        int, Meta(ge=0, le=7 * 24 * 60, description="A further jump of the clock stops timers.")
    ] = 60
    codes_per_hour: Annotated[
        int, Meta(ge=1, le=10_000_000, description="Sign-in codes sent in an hour.")
    ] = 10_000
    codes_per_country: Annotated[
        str, Meta(description="Sign-in codes an hour by calling code, `*` for each other one.")
    ] = "7=10000, *=300"
    idle_phone_days: Annotated[
        int, Meta(ge=30, le=3650, description="Without sign-in, a phone opens no older orders.")
    ] = 365
    security_log_days: Annotated[
        int, Meta(ge=30, le=3650, description="How long entries of the security log are kept.")
    ] = 365
    contact_days: Annotated[
        int, Meta(ge=30, le=36_500, description="Time until a closed order's contact is blanked.")
    ] = 1_095
    words_days: Annotated[
        int, Meta(ge=30, le=36_500, description="Time until buyers' words and photos are deleted.")
    ] = 365
    attachment_days: Annotated[
        int, Meta(ge=30, le=36_500, description="Time until photos by staff are deleted.")
    ] = 365
    proof_days: Annotated[
        int, Meta(ge=30, le=36_500, description="Time until proofs in disputes are deleted.")
    ] = 1_095
    smtp_host: Annotated[str, Meta(description="Mail server; empty: no e-mail is sent.")] = ""
    smtp_port: Annotated[
        int, Meta(ge=0, le=65_535, description="Its port; 0: the usual one of smtp_security.")
    ] = 0
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"], Meta(description="How the connection is protected.")
    ] = "starttls"
    smtp_user: Annotated[str, Meta(description="Account at the mail server.")] = ""
    smtp_password_file: Annotated[
        str, Meta(description="File with the password of that account.")
    ] = ""
    mail_from: Annotated[str, Meta(description="Sender of e-mail, NAME <ADDRESS>.")] = ""
    mail_per_second: Annotated[
        int, Meta(ge=0, le=10_000, description="E-mails a second of all processes; 0: any number.")
    ] = 30
    sms_provider: Annotated[
        str, Meta(description="smsc, sms.ru, twilio, kannel, or a template's file; empty: no SMS.")
    ] = ""
    sms_sender: Annotated[str, Meta(description="Sender of SMS: a name or a number.")] = ""
    sms_user: Annotated[str, Meta(description="Account at the provider.")] = ""
    sms_password_file: Annotated[
        str, Meta(description="File with the password, API key or token of that account.")
    ] = ""
    sms_receipt_secret_file: Annotated[
        str, Meta(description="File with the secret string that the provider signs receipts with.")
    ] = ""
    sms_transliteration: Annotated[
        bool, Meta(description="Send Russian in Latin letters: half of the segments.")
    ] = False
    sms_prices: Annotated[
        str, Meta(description="Price of a segment by the phone's first digits, `*` for others.")
    ] = ""
    sms_currency: Annotated[str, Meta(description="Currency of these prices, ISO 4217.")] = "RUB"
    sms_per_second: Annotated[
        int, Meta(ge=0, le=10_000, description="SMS a second of all processes; 0: any number.")
    ] = 30
    sms_daily_limits: Annotated[
        str, Meta(description="What SMS may cost in a day by calling code, `*` for each other one.")
    ] = "7=1000000, *=3000"
    sms_low_balance: Annotated[
        int, Meta(ge=0, le=100_000_000, description="Warn of less at the provider than this.")
    ] = 0
    sms_url: Annotated[str, Meta(description="Kannel's smsbox, http://HOST:PORT.")] = ""
    sms_status_url: Annotated[str, Meta(description="Kannel's admin port, http://HOST:PORT.")] = ""
    sms_status_password_file: Annotated[
        str, Meta(description="File with Kannel's status password.")
    ] = ""
    telegram_token_file: Annotated[
        str, Meta(description="File with the token of the Telegram bot; empty: no bot.")
    ] = ""
    telegram_bot: Annotated[str, Meta(description="User name of that bot, like shop_bot.")] = ""
    telegram_mode: Annotated[
        Literal["polling", "webhook"], Meta(description="How updates of the bot come in.")
    ] = "polling"
    telegram_api: Annotated[
        str, Meta(description="Bot API server, https://HOST; Telegram's own by default.")
    ] = "https://api.telegram.org"
    payment_providers: Annotated[
        str,
        Meta(
            description="yookassa, stripe: who takes payments, the first that knows the currency; "
            "empty: nobody."
        ),
    ] = ""
    yookassa_shop: Annotated[str, Meta(description="shopId of the shop at YooKassa.")] = ""
    yookassa_secret_file: Annotated[
        str, Meta(description="File with the secret key of that shop.")
    ] = ""
    yookassa_url: Annotated[
        str, Meta(description="YooKassa's API, https://HOST/PATH; its own by default.")
    ] = "https://api.yookassa.ru/v3"
    stripe_secret_file: Annotated[
        str, Meta(description="File with the secret key of the account at Stripe.")
    ] = ""
    stripe_webhook_secret_file: Annotated[
        str,
        Meta(
            description="File with the signing secrets of Stripe's notifications, one a line, the "
            "newest first."
        ),
    ] = ""
    stripe_url: Annotated[
        str, Meta(description="Stripe's API, https://HOST; its own by default.")
    ] = "https://api.stripe.com"
    receipts: Annotated[
        Literal["off", "yookassa", "atol"],
        Meta(description="Cash register for receipts of 54-FZ: yookassa or atol; off: none."),
    ] = "off"
    atol_group: Annotated[str, Meta(description="Group of cash registers at ATOL Online.")] = ""
    atol_login: Annotated[str, Meta(description="Login of that group.")] = ""
    atol_password_file: Annotated[str, Meta(description="File with its password.")] = ""
    atol_url: Annotated[
        str, Meta(description="ATOL Online's API, https://HOST/PATH; its own by default.")
    ] = "https://online.atol.ru/possystem/v5"
    wal_archive: Annotated[
        str, Meta(description="Folder for base backups and the log of the embedded database.")
    ] = ""
    wal_archive_days: Annotated[
        int, Meta(ge=1, le=365, description="How far back it can be restored to any instant.")
    ] = 7
    backup_days: Annotated[
        int, Meta(ge=0, le=365, description="Complain when no backup is so new; 0: never.")
    ] = 7
    help_answer_minutes: Annotated[
        int, Meta(ge=5, le=10_080, description="How soon a buyer's question is to be answered.")
    ] = 120
    help_hours: Annotated[
        str, Meta(description="When support answers, HH:MM-HH:MM local; other hours do not count.")
    ] = "09:00-21:00"
    hotline: Annotated[str, Meta(description="Phone number for buyers, +7 ….")] = ""
    bot_url: Annotated[str, Meta(description="Chat for buyers, https://….")] = ""
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="Lowest level logged."),
    ] = "info"
    log_format: Annotated[
        Literal["json", "text"], Meta(description="Form of a line of the log.")
    ] = "json"

    @property
    def host(self) -> str:
        """Return the address to listen on."""
        return address_of(self.listen)[0]

    @property
    def port(self) -> int:
        """Return the port to listen on."""
        return address_of(self.listen)[1]

    @property
    def operations_address(self) -> tuple[str, int]:
        """Return the address and port of the operators' listener; it has to be set."""
        return address_of(self.operations_listen)

    @property
    def smtp_address(self) -> tuple[str, int]:
        """Return the host and port of the mail server; it has to be set."""
        return self.smtp_host, self.smtp_port or _SMTP_PORTS[self.smtp_security]

    @property
    def sender(self) -> tuple[str, str]:
        """Return the name, which may be empty, and the address that e-mail comes from."""
        match = _SENDER.fullmatch(self.mail_from)
        return (match[1] or "", match[2] or match[3]) if match else ("", "")

    @property
    def proxies(self) -> tuple[str, ...]:
        """Return the networks of proxies, each IPv4 one also in IPv4-mapped form, for [::]."""
        networks = [ipaddress.ip_network(each) for each in listed(self.trusted_proxies)]
        mapped = [
            f"::ffff:{each.network_address}/{96 + each.prefixlen}"
            for each in networks
            if isinstance(each, ipaddress.IPv4Network)
        ]
        return (*map(str, networks), *mapped)

    @property
    def webhook_private_networks(
        self,
    ) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Return the private networks that webhooks may be sent to."""
        return tuple(ipaddress.ip_network(each) for each in listed(self.webhook_networks))

    @property
    def provider_names(self) -> tuple[str, ...]:
        """Return the payment providers, the first that new payments go to."""
        return tuple(listed(self.payment_providers))

    @property
    def country_codes(self) -> Mapping[str, int]:
        """Return how many sign-in codes each calling code gets in an hour, `*` each other one."""
        terms = (each.partition("=") for each in listed(self.codes_per_country))
        return {"*": 0, **{country.strip(): int(number) for country, _, number in terms}}

    @property
    def daily_limits(self) -> Mapping[str, int]:
        """Return what SMS to each calling code may cost in a day, `*` to each other one."""
        terms = (each.partition("=") for each in listed(self.sms_daily_limits))
        return {country.strip(): int(number) for country, _, number in terms}

    @property
    def segment_prices(self) -> Mapping[str, Decimal]:
        """Return the price of an SMS segment by the first digits of the phone, `*` for others."""
        terms = (each.partition("=") for each in listed(self.sms_prices))
        return {prefix.strip(): Decimal(price.strip()) for prefix, _, price in terms}
