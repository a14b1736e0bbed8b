"""One visit: who looks, from which browser, in which language, and how to answer."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gotovo.access.buyer import sessions, sign_in_codes
from gotovo.access.buyer.devices import note_use
from gotovo.access.buyer.sessions import form_token, form_token_is_right
from gotovo.access.rate_limits import network_of
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.http.forms import Upload, checked_text, read_form, read_upload
from gotovo.http.languages import language_of
from gotovo.http.requests import PageRequest
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import home_of_customer
from gotovo.store.tables.access.sign_in import Session
from gotovo.web.site import cookies
from gotovo.web.site.cookies import Cookie, SessionCookie, session_cookie
from gotovo.web.site.dependencies import WebDependencies
from gotovo.web.site.errors import SignInRequired, StaleForm
from gotovo.web.site.formatting import Formatter
from gotovo.web.site.templates import PageTemplates
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import PageTranslator, own_name

Form = Mapping[str, str]

_YEAR = timedelta(days=365)
_ACCOUNT_BYTES = 8  # It only has to differ between the few people who share a device.
_ONCE_BYTES = 12  # Enough that two forms never share one; it only has to differ per session.


class Visit:
    """A request as the pages see it."""

    def __init__(
        self, request: PageRequest, dependencies: WebDependencies, templates: PageTemplates
    ) -> None:
        """Take everything that is known without asking the database; nobody is signed in yet."""
        self.request: Final = request
        self.dependencies: Final = dependencies
        self.session: Session | None = None
        self.form: Form = {}
        self.now: Final = dependencies.clock()
        self._templates = templates
        self._cookies: list[Cookie] = []
        self._is_identified = False
        self.language: Final = self._choose_language()
        self.translate: Final = PageTranslator(self.language)
        self.format: Final = Formatter(self.language, self.now)

    async def identify(self) -> None:
        """Find the session that the cookie names, if it has not ended."""
        if self._is_identified:
            return
        self._is_identified = True
        if self.session_cookie is not None:
            token = self.session_cookie.token
            await self.identify_as(await sessions.find(self.dependencies.sign_in, token, self.now))

    async def identify_as(self, session: Session | None) -> None:
        """Take a session that another read has found, and note that the device is in use."""
        self.session = session
        if session is not None:
            await note_use(self.dependencies.sign_in, self.session_token, session, self.now)

    @property
    def session_cookie(self) -> SessionCookie | None:
        """Return the cookie of a session, which may have ended or never existed."""
        return session_cookie(self._cookie(cookies.SESSION))

    @property
    def session_token(self) -> str:
        """Return the token of the session's cookie."""
        if self.session_cookie is None:
            raise SignInRequired
        return self.session_cookie.token

    @property
    def address(self) -> str:
        """Return what counts as the asker's network address."""
        return network_of(self.request.client.host if self.request.client else "")

    @cached_property
    def browser(self) -> str:
        """Return the browser's token; a browser without one gets it, save when signed in."""
        known = self._cookie(cookies.BROWSER)
        if known or self.session is not None:
            return known
        token = sessions.new_token(self.dependencies.chance)
        self._cookies.append(
            cookies.given(cookies.BROWSER, token, None, secure=self.dependencies.secure)
        )
        return token

    @property
    def pending_phone(self) -> str:
        """Return the phone that this browser asked for a code with, as long as one could live."""
        return self._cookie(cookies.PHONE)

    def remember_phone(self, phone: str) -> None:
        """Let the browser remember the phone (E.164) for as long as a code lives."""
        secure = self.dependencies.secure
        self._cookies.append(
            cookies.given(cookies.PHONE, phone, sign_in_codes.LIFETIME, secure=secure)
        )

    def field(self, name: str) -> str:
        """Return a field of the form, empty when it was not sent."""
        return self.form.get(name, "")

    def query(self, name: str) -> str:
        """Return what the address asks for, empty when it says nothing."""
        return checked_text(self.request.query_params.get(name, "").strip())

    async def read_form(self) -> None:
        """Read the form that was sent; one of another session is a StaleForm."""
        self.form = self._own(await read_form(self.request))

    async def upload(self) -> Upload:
        """Return a form of this very session that holds files; any other is a StaleForm."""
        upload = await read_upload(self.request)
        self._own(upload.fields)
        return upload

    async def submit(
        self, number: str, command: Struct, once: str, role: Role, address: str = ""
    ) -> SubmissionResult:
        """Hand a command to the engine; the same form sent twice is one command.

        The command's id is derived, so nobody can name somebody else's command.
        """
        if self.session is None:
            raise StaleForm
        body = msgspec.json.encode(command)
        said = f"{self.session.customer}:{number}:{type(command).__name__}:{once}".encode()
        submission = Submission(
            command_id=UUID(bytes=hashlib.sha256(b"web:" + said).digest()[:16]),
            number=number,
            command=command,
            actor=Actor(role, "demo" if role is Role.SYSTEM else self.session.customer),
            fingerprint=hashlib.sha256(body).digest()[:16],
            address=address,
        )
        return await self.dependencies.engine.submit(submission)

    def render(self, template: str, status: int = 200, /, **shown: object) -> Response:
        """Return a page with what every page has."""
        body = self._templates.render(template, {**self._frame(), **shown})
        response = HTMLResponse(body, status)
        account = self._account()
        if account is not None:
            response.headers["x-gotovo-account"] = account
        return self._with_cookies(response)

    def redirect(self, path: str, /, **query: str) -> Response:
        """Return the way to another page, to be fetched with GET."""
        encoded = urlencode({name: value for name, value in query.items() if value})
        location = f"{path}?{encoded}" if encoded else path
        return self._with_cookies(RedirectResponse(location, HTTPStatus.SEE_OTHER))

    def sign_in(self, token: str, customer: str) -> None:
        """Give the browser the token of a new session; the one it asked with has served."""
        secure = self.dependencies.secure
        kept = SessionCookie(token, home_of_customer(customer)).said()
        self._cookies = [
            *(c for c in self._cookies if c.key != cookies.name_of(cookies.BROWSER, secure=secure)),
            cookies.given(cookies.SESSION, kept, sessions.LIFETIME, secure=secure),
            cookies.taken(cookies.BROWSER, secure=secure),
            cookies.taken(cookies.PHONE, secure=secure),
        ]

    async def sign_out(self) -> None:
        """End the session here and in the browser."""
        if self.session_cookie is not None:
            await sessions.end(self.dependencies.sign_in, self.session_cookie.token)
        self._cookies.append(cookies.taken(cookies.SESSION, secure=self.dependencies.secure))

    def _account(self) -> str | None:
        """Return whose page it is, so that a device never shows what it cached of another person.

        The name is a keyed digest; None where the session was not looked for.
        """
        if self.session is not None:
            account = f"account:{self.session.customer}".encode()
            return hmac.digest(self.dependencies.secret, account, hashlib.sha256)[
                :_ACCOUNT_BYTES
            ].hex()
        return "none" if self.session_cookie is None or self._is_identified else None

    def _own(self, form: Mapping[str, str]) -> Mapping[str, str]:
        if not form_token_is_right(self.dependencies.secret, self._token(), form.get("form", "")):
            raise StaleForm
        return form

    def _frame(self) -> dict[str, object]:
        """Return what the frame around every page needs."""
        return {
            "_": self.translate,
            "ngettext": self.translate.ngettext,
            "format": self.format,
            "now": self.now,
            "language": self.language,
            "languages": [(each, own_name(each), self._here_in(each)) for each in LANGUAGES],
            "session": self.session,
            "form_token": form_token(self.dependencies.secret, self._token()),
            "once": sessions.new_token(self.dependencies.chance)[: _ONCE_BYTES * 4 // 3],
            "demo": self.dependencies.demo,
            "unsafe": self.dependencies.unsafe,
            "can_sign_in": self.dependencies.channel is not None,
            "can_use_passkeys": self.dependencies.can_use_passkeys,
        }

    def _here_in(self, language: Language) -> str:
        """Return this page's address in another language; a form's answer has no address."""
        if self.request.method == "POST":
            return f"/?lang={language}"
        asked = {name: value for name, value in self.request.query_params.items() if value}
        said = urlencode({**asked, "lang": language})
        # Two slashes at the beginning would be the address of another host.
        path = quote("/" + self.request.scope["path"].lstrip("/"), errors="replace")
        return f"{path}?{said}"

    def _choose_language(self) -> Language:
        asked = self.request.query_params.get("lang")
        kept = self._cookie(cookies.LANGUAGE)
        for language in LANGUAGES:
            if asked == language:
                chosen = cookies.given(
                    cookies.LANGUAGE, language, _YEAR, secure=self.dependencies.secure
                )
                self._cookies.append(chosen)
                return language
        for language in LANGUAGES:
            if kept == language:
                return language
        return language_of(self.request.headers.get("accept-language", ""))

    def _with_cookies(self, response: Response) -> Response:
        for cookie in self._cookies:
            cookie.set_on(response)
        return response

    def _token(self) -> str:
        """Return the token that forms are bound to."""
        return self.browser if self.session is None else self._cookie(cookies.SESSION)

    def _cookie(self, cookie: str) -> str:
        value = self.request.cookies.get(
            cookies.name_of(cookie, secure=self.dependencies.secure), ""
        )
        return value if value.isascii() else ""
