"""Templates: those of the package are right, and a wrong one is named by field and value."""

import pytest

from gotovo.notices.channels.sms.template import (
    RECIPES,
    TemplateError,
    filled,
    needs,
    read_template,
    recipe,
)

OWN = """
name = "Own"
[send]
url = "https://sms.example.ru/send?key={password}"
body = "json"
[send.fields]
to = "{phone}"
text = "{text}"
[answer]
id = ["result.id"]
"""


@pytest.mark.parametrize("provider", RECIPES)
def test_a_recipe_is_over_https_and_has_balance_and_receipts(provider: str) -> None:
    template = recipe(provider)
    assert template.balance is not None
    assert template.receipt is not None
    assert template.receipt.checks
    assert template.send.url.startswith("https://")
    assert template.balance.url.startswith("https://")
    assert template.documentation.startswith("https://")
    assert not set(template.answer.accepted) & set(template.answer.refused)
    told = [word for words in template.receipt.states.values() for word in words]
    assert len(told) == len(set(told))


def test_an_operators_own_template_is_read() -> None:
    template = read_template(OWN)
    assert (template.name, template.balance, template.receipt) == ("Own", None, None)
    assert needs(template, "password")
    assert not needs(template, "user")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("[answer]", "[answer", "Expected TOML: "),
        ('name = "Own"', "", "missing required field `name`"),
        ('body = "json"', 'body = "xml"', r"Invalid enum value 'xml' - at `\$\.send\.body`"),
        ('body = "json"', "bodi = 1", r"unknown field `bodi` - at `\$\.send`"),
        ("https://sms", "sms", r"send\.url: 'sms\.example\.ru.*': Expected https://HOST/PATH"),
        ("https://sms", "https://{user}", r"send\.url: .*: Expected https://HOST/PATH"),
        ("{text}", "{txt}", r"send: \{txt\}: Expected one of basic, callback, digits, id"),
        ("{text}", "hello", r"send: Expected fields with \{phone\} or \{digits\}, and with"),
        ("{phone}", "1", r"send: Expected fields with \{phone\}"),
        ('["result.id"]', '["result..id"]', r"answer\.id\[0\]`|answer\.id\[\.\.\.\]"),
        (
            "[answer]",
            '[balance]\nurl = "https://a.ru/b"\n[answer]',
            r"answer\.balance: Expected where",
        ),
        (
            "[answer]",
            '[receipt]\nid = "a"\nstatus = "2"\nrecords = "x"\nstates = {}\n[answer]',
            r"receipt\.id: 'a': Expected the number of a line",
        ),
        (
            "[answer]",
            '[receipt]\nid = "a"\nstatus = "b"\nstates = { lost = ["1"] }\n[answer]',
            "Invalid enum value 'lost'",
        ),
    ],
)
def test_a_wrong_template_is_named(before: str, after: str, reason: str) -> None:
    assert before in OWN
    with pytest.raises(TemplateError, match=reason):
        read_template(OWN.replace(before, after))


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    values = {"text": "{password}", "password": "hush"}
    assert filled("{text} {other}", values) == "{password} {other}"
