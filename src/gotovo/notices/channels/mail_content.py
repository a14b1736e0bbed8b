"""The content of an e-mail: the same as text and as HTML.

All styles are inline, for many mail programs drop others; nothing is loaded from anywhere, and
nothing tells us that an e-mail was read. No text has a colour of its own, so that it can be read in
the light and in the dark.
"""

from typing import Final

from markupsafe import Markup, escape
from msgspec import Struct

from gotovo.words.formats.schema_org import data_element
from gotovo.words.language import Language
from gotovo.words.translations import Translator

_HTML: Final = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark">'
    '<meta name="supported-color-schemes" content="light dark"><title>{subject}</title>{data}'
    '</head><body style="margin:0"><div style="max-width:34em;margin:0 auto;padding:24px;'
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif\">"
    '<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">{subject}</h1>{paragraphs}'
    "{button}{footer}</div></body></html>\n"
)
_CODE: Final = Markup('<b style="font-size:24px;letter-spacing:2px;white-space:nowrap">{}</b>')
_BREAK: Final = Markup("<br>")
_PARAGRAPH: Final = Markup('<p style="margin:0 0 12px">{}</p>')
_BUTTON: Final = Markup(
    '<p style="margin:24px 0"><a href="{url}" style="display:inline-block;padding:12px 20px;'
    "border-radius:12px;background:#0b5d47;color:#f3fbf7;font-weight:600;"
    'text-decoration:none">{label}</a></p>'
)
_FOOTER: Final = Markup(
    '<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #80808066;font-size:13px;'
    'line-height:1.5">{}</p>'
)
_FOOTER_LINK: Final = Markup('<a href="{url}" style="color:inherit">{label}</a>')


class MailLink(Struct, frozen=True):
    """An address on our pages, and what is behind it."""

    label: str
    url: str


class MailContent(Struct, frozen=True, kw_only=True):
    """What an e-mail says.

    `text` has a blank line between paragraphs. A `code` stands out where the text has it. The
    `link` is shown as a button. `data` are orders as JSON-LD, for the mail program. Whoever opens
    `unsubscribe_url` can stop e-mails like this; at `choices_url` they choose what they are told.
    """

    language: Language
    subject: str
    text: str
    code: str = ""
    link: MailLink | None = None
    data: object = None
    unsubscribe_url: str = ""
    choices_url: str = ""

    def plain(self) -> str:
        """Return the text part."""
        footer = [f"{each.label}: {each.url}" for each in self._footer()]
        parts = [
            self.text,
            f"{self.link.label}: {self.link.url}" if self.link else "",
            "\n".join(["-- ", *footer]) if footer else "",
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def html(self) -> str:
        """Return the HTML part: the same words, and the data for the mail program."""
        paragraphs = Markup().join(
            _PARAGRAPH.format(_with_code(escape(paragraph), self.code).replace("\n", _BREAK))
            for paragraph in self.text.split("\n\n")
        )
        link, footer = self.link, self._footer()
        links = (_FOOTER_LINK.format(url=each.url, label=each.label) for each in footer)
        return _HTML.format(
            language=self.language,
            subject=self.subject,
            data=data_element(self.data) if self.data else "",
            paragraphs=paragraphs,
            button=_BUTTON.format(url=link.url, label=link.label) if link else "",
            footer=_FOOTER.format(_BREAK.join(links)) if footer else "",
        )

    def _footer(self) -> list[MailLink]:
        _ = Translator(self.language).gettext
        links = (
            MailLink(_("Unsubscribe from e-mails like this"), self.unsubscribe_url),
            MailLink(_("Notification settings"), self.choices_url),
        )
        return [each for each in links if each.url]


def _with_code(paragraph: Markup, code: str) -> Markup:
    return paragraph.replace(code, _CODE.format(code)) if code else paragraph
