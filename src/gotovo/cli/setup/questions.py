"""The questions of a set-up: a section a step, a field a question, in words of the catalogue.

The description of a field is its question; `{example}` in it stands for the field's example.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, structs

from gotovo.words.language import LANGUAGES
from gotovo.words.translations import Translator, msgid

CHARACTERS_MAX: Final = 500

Text = Annotated[str, Meta(min_length=1, max_length=CHARACTERS_MAX)]
Line = Annotated[str, Meta(max_length=CHARACTERS_MAX)]


class SettingsAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """What is written to the settings file; what is empty is left out of it."""

    public_url: Annotated[
        Text,
        Meta(
            description=msgid("Address that buyers open, without a path, like {example}"),
            examples=["https://orders.example.ru"],
        ),
    ]
    listen: Annotated[
        Text, Meta(description=msgid("Address and port to listen on, like {example}"))
    ] = "127.0.0.1:8000"
    trusted_proxies: Annotated[
        Line, Meta(description=msgid("Addresses of the servers in front, which speak https"))
    ] = "127.0.0.1"
    language: Annotated[
        Line,
        Meta(
            description=msgid("Language of those who prefer none, like {example}; empty: Russian"),
            examples=[LANGUAGES[-1]],
        ),
    ] = ""
    database_url: Annotated[
        Line,
        Meta(
            description=msgid("PostgreSQL, like {example}; empty: the built-in one"),
            examples=["postgresql://gotovo@127.0.0.1/gotovo"],
        ),
    ] = ""
    data_dir: Annotated[
        Line,
        Meta(
            description=msgid("Folder of the data, like {example}; empty: the usual one"),
            examples=["/var/lib/gotovo"],
        ),
    ] = ""
    smtp_host: Annotated[
        Line,
        Meta(
            description=msgid("Mail server, like {example}; empty: no e-mail"),
            examples=["smtp.example.ru"],
        ),
    ] = ""
    smtp_user: Annotated[
        Line, Meta(description=msgid("Account at the mail server; empty: none is needed"))
    ] = ""
    smtp_password_file: Annotated[
        Line, Meta(description=msgid("File with the password of that account; empty: none"))
    ] = ""
    mail_from: Annotated[
        Line,
        Meta(
            description=msgid("Sender of e-mail, like {example}"),
            examples=["Shop <orders@example.ru>"],
        ),
    ] = ""
    sms_provider: Annotated[
        Line,
        Meta(
            description=msgid("SMS provider: {example}, or a template's file; empty: no SMS"),
            examples=["smsc, sms.ru, twilio, kannel"],
        ),
    ] = ""
    sms_url: Annotated[
        Line,
        Meta(
            description=msgid("Address of Kannel, like {example}; empty: the provider's own"),
            examples=["http://127.0.0.1:13013"],
        ),
    ] = ""
    sms_user: Annotated[
        Line, Meta(description=msgid("Account at the SMS provider; empty: none is needed"))
    ] = ""
    sms_password_file: Annotated[
        Line, Meta(description=msgid("File with the password of that account; empty: none"))
    ] = ""
    sms_sender: Annotated[
        Line,
        Meta(
            description=msgid("Sender of SMS, as the contract has it, like {example}"),
            examples=["Example"],
        ),
    ] = ""
    payment_providers: Annotated[
        Line,
        Meta(
            description=msgid("Who takes payments, like {example}; empty: nobody"),
            examples=["yookassa"],
        ),
    ] = ""
    yookassa_shop: Annotated[
        Line,
        Meta(
            description=msgid("Number of the shop at YooKassa (its shopId), like {example}"),
            examples=["123456"],
        ),
    ] = ""
    yookassa_secret_file: Annotated[
        Line, Meta(description=msgid("File with the secret key of that shop"))
    ] = ""


class ShopAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """A shop, where there are several; with one shop nobody needs it."""

    code: Annotated[
        Text,
        Meta(
            description=msgid("Code of the shop: small letters, digits and dashes, like {example}"),
            examples=["books"],
        ),
    ]
    title: Annotated[
        Text,
        Meta(
            description=msgid("What people call the shop, in one line"),
            examples=[msgid("Book shop")],
        ),
    ]


class WarehouseAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """The first warehouse; it hands over to transport on the days it is open."""

    code: Annotated[
        Text,
        Meta(
            description=msgid(
                "Code of the warehouse: capital letters, digits and dashes, like {example}"
            ),
            examples=["KZN"],
        ),
    ]
    title: Annotated[
        Text,
        Meta(
            description=msgid("What people call the warehouse, in one line"),
            examples=[msgid("Kazan warehouse")],
        ),
    ]
    time_zone: Annotated[Text, Meta(description=msgid("Time zone, like {example}"))] = (
        "Europe/Moscow"
    )
    hours: Annotated[
        Text,
        Meta(
            description=msgid("Hours of dispatch, like {example}"),
            examples=[msgid("10:00-21:00, or mon-fri 10:00-21:00, sat 10:00-18:00")],
        ),
    ] = "00:00-24:00"


class PointAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """The first pick-up point, served by the warehouse."""

    code: Annotated[
        Text,
        Meta(
            description=msgid(
                "Code of the point: capital letters, a dash and digits, like {example}"
            ),
            examples=["KZN-1"],
        ),
    ]
    title: Annotated[
        Text,
        Meta(
            description=msgid("What people call the point, in one line"),
            examples=[msgid("Kremlin")],
        ),
    ]
    address: Annotated[
        Text,
        Meta(
            description=msgid("Address, the city first, in one line"),
            examples=[msgid("Kazan, Bauman street 44")],
        ),
    ]
    time_zone: Annotated[Text, Meta(description=msgid("Time zone, like {example}"))] = (
        "Europe/Moscow"
    )
    hours: Annotated[
        Text,
        Meta(
            description=msgid("Opening hours, like {example}"),
            examples=[msgid("10:00-21:00, or mon-fri 10:00-21:00, sat 10:00-18:00")],
        ),
    ] = "10:00-21:00"
    cut_off: Annotated[
        Text, Meta(description=msgid("Paid until then, an order leaves today; like {example}"))
    ] = "20:00"
    handover: Annotated[
        Text,
        Meta(
            description=msgid("What a buyer shows: {example}; a code needs SMS or e-mail"),
            examples=["number, code, qr"],
        ),
    ] = "number"
    phone: Annotated[
        Line,
        Meta(
            description=msgid("Phone of the point, like {example}; empty: none"),
            examples=["+78431234567"],
        ),
    ] = ""


class GoodAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """The first good and how many units of it lie in the warehouse."""

    sku: Annotated[
        Text,
        Meta(
            description=msgid("SKU of the first good, like {example}"),
            examples=["MUG-RED"],
        ),
    ]
    title: Annotated[
        Text,
        Meta(
            description=msgid("What people call the good, in one line"),
            examples=[msgid("Red mug")],
        ),
    ]
    quantity: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description=msgid("Units of it in the warehouse, 1 to 1000000"),
        ),
    ] = 1


class MessageAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the test message, where a mail server is set."""

    to: Annotated[
        Text,
        Meta(
            description=msgid("Your e-mail address, like {example}"),
            examples=["anna@example.ru"],
        ),
    ]


class SmsAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the test SMS, where a provider is set."""

    phone: Annotated[
        Text,
        Meta(
            description=msgid("Your phone for a test SMS, like {example}"),
            examples=["+79001234547"],
        ),
    ]


class BuyerAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """Who the buyer of the test order is: you. Messages about it would come to you."""

    phone: Annotated[
        Text,
        Meta(
            description=msgid("Your phone, as the test order's buyer, like {example}"),
            examples=["+79001234547"],
        ),
    ]
    name: Annotated[Line, Meta(description=msgid("Your name; empty: none"))] = ""


class Question(Struct, frozen=True):
    """A field of a section; without a default an answer is needed."""

    name: str
    description: str
    example: str
    default: str | None

    def text(self, words: Translator) -> str:
        """Return the question in the language of the set-up."""
        return words.gettext(self.description, example=self.shown_example(words))

    def shown_example(self, words: Translator) -> str:
        """Return the example in that language; a default is one too."""
        return words.gettext(self.example) if self.example else ""


def questions_of(kind: type[Struct]) -> Iterator[Question]:
    """Return the question of each field, in the order in which they are asked."""
    for field in structs.fields(kind):
        info = msgspec.inspect.type_info(field.type)
        assert isinstance(info, msgspec.inspect.Metadata), field.name
        schema: dict[str, Any] = info.extra_json_schema or {}
        default = None if field.default is msgspec.NODEFAULT else str(field.default)
        [example] = schema.get("examples", [default or ""])
        yield Question(field.name, schema["description"], example, default)


SECTIONS: Final[dict[str, type[Struct]]] = {
    "settings": SettingsAnswers,
    "shop": ShopAnswers,
    "warehouse": WarehouseAnswers,
    "point": PointAnswers,
    "good": GoodAnswers,
    "message": MessageAnswers,
    "sms": SmsAnswers,
    "test_order": BuyerAnswers,
}

RARE: Final = frozenset({"shop"})
"""What most installations need not answer."""

NEEDS: Final = {
    "smtp_user": "smtp_host",
    "smtp_password_file": "smtp_user",
    "mail_from": "smtp_host",
    "sms_url": "sms_provider",
    "sms_user": "sms_provider",
    "sms_password_file": "sms_provider",
    "sms_sender": "sms_provider",
    "yookassa_shop": "payment_providers",
    "yookassa_secret_file": "yookassa_shop",
}
"""Questions that are asked only after another one got an answer."""

OFFERS: Final = {
    "settings": msgid("Write the settings file"),
    "shop": msgid("Open a shop beside the default one"),
    "warehouse": msgid("Open the first warehouse"),
    "point": msgid("Open the first pick-up point"),
    "good": msgid("Receive the first good"),
    "message": msgid("Send a test message by e-mail"),
    "sms": msgid("Send a test SMS"),
    "test_order": msgid("Carry a test order through"),
}
"""What each section does, as a heading; with a question mark it is the first question."""
