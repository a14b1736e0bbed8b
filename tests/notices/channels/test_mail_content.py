"""An e-mail says the same as text and as HTML, and nothing of it comes from anywhere else."""

import re
from html import unescape
from html.parser import HTMLParser

from msgspec import structs
from typing_extensions import override

from gotovo.notices.channels.mail_content import MailContent, MailLink

PLAIN = MailContent(
    language="ru",
    subject="Заказ готов",
    text="Заказ готов.\n\nКод: 123 456.\nПокажите его.",
    code="123 456",
)
WHOLE = structs.replace(
    PLAIN,
    link=MailLink("Открыть заказ", "https://gotovo.test/orders/1?a=1&b=2"),
    data={"@context": "https://schema.org", "@type": "Order", "name": "</script><b>&"},
    unsubscribe_url="https://gotovo.test/unsubscribe/x",
    choices_url="https://gotovo.test/notifications",
)


class Elements(HTMLParser):
    """The elements of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.found if attribute in attrs]


def words(html: str) -> str:
    body = html.split("</head>")[1]
    return re.sub(
        r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?b\b[^>]*>", "", body)))
    ).strip()


def test_both_parts_have_the_same_words() -> None:
    text = re.sub(r"https?:\S+|-- ", "", WHOLE.plain()).replace(": \n", "\n")
    said = re.sub(r"\s+", " ", text).strip().removesuffix(":")
    assert words(WHOLE.html()).removeprefix(WHOLE.subject).strip() == said


def test_both_parts_have_the_same_links() -> None:
    in_text = re.findall(r"https?:\S+", WHOLE.plain())
    assert Elements(WHOLE.html()).values("href") == in_text
    assert len(in_text) == 3


def test_a_mail_without_links_has_no_empty_place_for_them() -> None:
    assert PLAIN.plain() == PLAIN.text + "\n"
    assert not {"a", "script", "h2"} & {tag for tag, _ in Elements(PLAIN.html()).found}


def test_nothing_is_loaded_nothing_runs_and_all_styles_are_inline() -> None:
    elements = Elements(WHOLE.html())
    tags = [tag for tag, _ in elements.found]
    assert not {"img", "link", "style", "iframe", "form", "svg"} & set(tags)
    assert elements.values("src") == elements.values("class") == elements.values("onclick") == []
    scripts = [attrs for tag, attrs in elements.found if tag == "script"]
    assert scripts == [{"type": "application/ld+json"}]
    assert not re.search(r"url\(|@import", WHOLE.html())


def test_text_has_the_colour_of_the_mail_program_in_the_light_and_in_the_dark() -> None:
    html = WHOLE.html()
    assert '<meta name="color-scheme" content="light dark">' in html
    coloured = [each for each in Elements(html).values("style") if re.search(r"\bcolor:#", each)]
    assert len(coloured) == 1, "only the button has colours of its own"
    assert "background:#" in coloured[0]


def test_data_can_not_end_its_element() -> None:
    block = WHOLE.html().split("ld+json")[1].split("</script>")[0]
    assert not set(block[2:]) & set("<>&")
