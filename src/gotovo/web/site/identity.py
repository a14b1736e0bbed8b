"""Identity of a visitor: the session that a cookie names, or the browser before there is one."""

import hashlib
import hmac
from datetime import datetime
from functools import cached_property
from typing import Final

from msgspec import Struct

from gotovo.access.buyer import known_browsers, sessions, sign_in_codes
from gotovo.access.buyer.devices import note_use
from gotovo.access.buyer.sessions import form_token, form_token_is_right
from gotovo.access.buyer.user_agent import Device, device_of
from gotovo.keyring.sealing import seal, unseal
from gotovo.order.values.customer import home_of_customer
from gotovo.store.tables.access.sign_in import Session
from gotovo.web.site import cookies
from gotovo.web.site.cookies import CookieJar, SessionCookie, parse_session_cookie
from gotovo.web.site.dependencies import WebDependencies
from gotovo.web.site.errors import SignInRequired

_ACCOUNT_BYTES = 8  # It only has to differ between the few people who share a device.


class BegunSession(Struct, frozen=True):
    """A session that has just begun; `is_new`: its buyer has never used this browser before.

    The very first sign-in is not new: there is nobody yet to be warned.
    """

    session: Session
    key: bytes
    device: Device
    is_new: bool


class Identity:
    """The visitor: nobody is signed in until the session has been looked up."""

    def __init__(self, dependencies: WebDependencies, jar: CookieJar, now: datetime) -> None:
        self.session: Session | None = None
        self.session_cookie: Final = parse_session_cookie(jar.read(cookies.SESSION))
        """It may name a session that has ended or never existed."""
        self._dependencies = dependencies
        self._jar = jar
        self._now = now
        self._is_looked_up = False

    async def look_up(self) -> None:
        """Find the session that the cookie names, if it has not ended; once per request."""
        if self._is_looked_up:
            return
        self._is_looked_up = True
        if self.session_cookie is not None:
            store, token = self._dependencies.sign_in, self.session_cookie.token
            await self.use(await sessions.find(store, token, self._now))

    async def use(self, session: Session | None) -> None:
        """Take a session that a read has found, and record that the device is in use."""
        self._is_looked_up = True
        self.session = session
        if session is not None:
            await note_use(self._dependencies.sign_in, self.session_token, session, self._now)

    @property
    def session_token(self) -> str:
        """Return the token of the session's cookie; SignInRequired without one."""
        if self.session_cookie is None:
            raise SignInRequired
        return self.session_cookie.token

    @property
    def session_key(self) -> bytes:
        """Return the key under which the session is stored; SignInRequired without a cookie."""
        return sessions.key_of(self.session_token)

    @cached_property
    def browser(self) -> str:
        """Return the browser's token; a browser without one gets it, unless it is signed in."""
        known = self._jar.read(cookies.BROWSER)
        if known or self.session is not None:
            return known
        token = sessions.new_token(self._dependencies.random_bytes)
        self._jar.set(cookies.BROWSER, token, None)
        return token

    @property
    def pending_phone(self) -> str:
        """Return the phone that this browser requested a code for, until that code expires."""
        sealed = self._jar.read(cookies.PHONE)
        return unseal(self._dependencies.forms, cookies.PHONE, self.browser, sealed)

    @property
    def known_browser(self) -> str:
        """Return the tokens of the phones that this browser has signed in with before."""
        return self._jar.read(cookies.KNOWN)

    def remember_phone(self, phone: str) -> None:
        """Let the browser keep the phone (E.164), unreadable, for as long as a code lives."""
        keys, random_bytes = self._dependencies.forms, self._dependencies.random_bytes
        sealed = seal(keys, random_bytes, cookies.PHONE, self.browser, phone)
        self._jar.set(cookies.PHONE, sealed, sign_in_codes.LIFETIME)

    async def sign_in(self, customer: str, shown_as: str, user_agent: str) -> BegunSession:
        """Begin a session in this browser; the token it signed in with is deleted."""
        dependencies, now = self._dependencies, self._now
        token = sessions.new_token(dependencies.random_bytes)
        is_known = known_browsers.find(dependencies.tokens, self.known_browser, customer, now)
        has_been_here = await dependencies.accounts.last_sign_in(customer) is not None
        since = await dependencies.accounts.note_sign_in(
            customer, now, now - dependencies.idle_phone
        )
        store, device = dependencies.sign_in, device_of(user_agent)
        session = await sessions.begin(store, token, customer, shown_as, now, device, since)
        value = SessionCookie(token, home_of_customer(customer)).serialize()
        self._jar.set(cookies.SESSION, value, sessions.LIFETIME)
        known = known_browsers.remember(
            dependencies.tokens,
            self.known_browser,
            customer,
            now,
            random_bytes=dependencies.random_bytes,
        )
        self._jar.set(cookies.KNOWN, known, known_browsers.LIFETIME)
        self._jar.delete(cookies.BROWSER)
        self._jar.delete(cookies.PHONE)
        return BegunSession(
            session, sessions.key_of(token), device, is_new=has_been_here and not is_known
        )

    def forget_browser(self) -> None:
        """Let the browser forget whom it has signed in."""
        self._jar.delete(cookies.KNOWN)

    async def sign_out(self) -> None:
        """End the session, here and in the browser."""
        if self.session_cookie is not None:
            await sessions.end(self._dependencies.sign_in, self.session_cookie.token)
        self._jar.delete(cookies.SESSION)

    @property
    def account(self) -> str | None:
        """Return whose page this is, so that a device never shows a page cached for somebody else.

        It is a keyed digest; None where the session was not looked up.
        """
        if self.session is not None:
            account = f"account:{self.session.customer}".encode()
            digest = hmac.digest(self._dependencies.limits_key, account, hashlib.sha256)
            return digest[:_ACCOUNT_BYTES].hex()
        return "none" if self.session_cookie is None or self._is_looked_up else None

    @property
    def form_token(self) -> str:
        """Return the token that proves a form to be from this visitor's own page."""
        return form_token(self._dependencies.forms, self._token)

    def is_own_form(self, token: str) -> bool:
        """Tell whether a form was made for this visitor."""
        return form_token_is_right(self._dependencies.forms, self._token, token)

    @property
    def _token(self) -> str:
        """Return the token that forms are bound to."""
        return self.browser if self.session is None else self._jar.read(cookies.SESSION)
