"""A visit: one request as the pages see it, with its visitor, its form and its language."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Final

from gotovo.access.buyer.sessions import new_token
from gotovo.access.rate_limits import wide_network_of
from gotovo.access.security_log import SecurityEvent
from gotovo.http.forms import Upload, checked_text, read_form, read_upload
from gotovo.http.languages import language_of
from gotovo.http.requests import PageRequest
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.security.entries import VISITOR, Author, SecurityEntry
from gotovo.store.tables.security.kinds import NO_DETAILS, EntryDetails, SecurityKind
from gotovo.web.site import cookies
from gotovo.web.site.cookies import CookieJar
from gotovo.web.site.dependencies import WebDependencies
from gotovo.web.site.errors import StaleForm
from gotovo.web.site.identity import Identity
from gotovo.web.site.rendering.formatting import Formatter
from gotovo.web.site.rendering.templates import PageTemplates
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import PageTranslator

Form = Mapping[str, str]

_YEAR = timedelta(days=365)
_ONCE_CHARACTERS: Final = 16
"""Twelve bytes in base64: enough that two forms of a session never share one."""


def _buyer(customer: str) -> str:
    return f"{Role.BUYER}:{customer}"


class Visit:
    """A request as the pages see it: everything that is known without asking the database."""

    def __init__(
        self, request: PageRequest, dependencies: WebDependencies, templates: PageTemplates
    ) -> None:
        self.request: Final = request
        self.dependencies: Final = dependencies
        self.templates: Final = templates
        self.now: Final = dependencies.clock()
        self.cookies: Final = CookieJar(request.cookies, secure=dependencies.secure)
        self.identity: Final = Identity(dependencies, self.cookies, self.now)
        self.form: Form = {}
        self.read_at: int | None = None
        """The position of the journal up to which a page that may be cached contains it."""
        self.asked_for = ""
        """The buyer for whose phone a code was asked, signed in or not."""
        self.language: Final = self._choose_language()
        self.translate: Final = PageTranslator(self.language)
        self.format: Final = Formatter(self.language, self.now)

    @property
    def session(self) -> Session | None:
        """Return the visitor's session, None while nobody is known to be signed in."""
        return self.identity.session

    @cached_property
    def once(self) -> str:
        """Return what tells the forms of this page from those of any other of the session."""
        return new_token(self.dependencies.random_bytes)[:_ONCE_CHARACTERS]

    @property
    def address(self) -> str:
        """Return the network address of whoever asks, empty for a socket without one."""
        return self.request.client.host if self.request.client else ""

    @property
    def user_agent(self) -> str:
        """Return what the browser calls itself, empty without a header."""
        return self.request.headers.get("user-agent", "")

    @property
    def author(self) -> Author:
        """Return who visits and from where, for the security log."""
        network = wide_network_of(self.address)
        return Author(_buyer(self.session.customer) if self.session else VISITOR, network)

    def record(  # noqa: PLR0917  (the fields of an event)
        self,
        kind: SecurityKind,
        outcome: str = "",
        about: str = "",
        by: str = "",
        method: str = "",
        endpoint: str = "",
    ) -> None:
        """Collect an event of the security log.

        `about` is a buyer whom it concerns beside the visitor, `by` the one who has just signed in.
        """
        author = Author(_buyer(by), self.author.network) if by else self.author
        subject = _buyer(about) if about else ""
        event = SecurityEvent(kind, author, None, subject, outcome, method, endpoint)
        self.dependencies.security_log.record(event)

    async def record_now(self, kind: SecurityKind, details: EntryDetails = NO_DETAILS) -> None:
        """Write an entry of the security log first: what cannot be logged is not done."""
        entry = SecurityEntry(kind=kind, at=self.now, by=self.author, details=details)
        await self.dependencies.security_log.record_now(entry)

    def field(self, name: str) -> str:
        """Return a field of the form, empty when it was not sent."""
        return self.form.get(name, "")

    def query(self, name: str) -> str:
        """Return a parameter of the query, empty when it was not sent."""
        return checked_text(self.request.query_params.get(name, ""))

    async def read_form(self) -> None:
        """Read the form that was sent; one of another session is a StaleForm."""
        self.form = self._own(await read_form(self.request))

    async def read_upload(self) -> Upload:
        """Return a form of this session that holds files; any other is a StaleForm."""
        upload = await read_upload(self.request)
        self._own(upload.fields)
        return upload

    def _own(self, form: Form) -> Form:
        if not self.identity.is_own_form(form.get("form", "")):
            raise StaleForm
        return form

    def _choose_language(self) -> Language:
        """Return the language of the link, of the cookie, or of the browser; a link's is stored."""
        requested = self.request.query_params.get("lang")
        stored = self.cookies.read(cookies.LANGUAGE)
        for language in LANGUAGES:
            if requested == language:
                self.cookies.set(cookies.LANGUAGE, language, _YEAR)
                return language
        for language in LANGUAGES:
            if stored == language:
                return language
        return language_of(self.request.headers.get("accept-language", ""))
