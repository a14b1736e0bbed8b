"""What can go wrong on a page, apart from refusals of the engine.

Fault
├── BadRequest      the request can't be read
├── TooLarge        the form is larger than any of ours
├── TooSlow         the form did not arrive in time
├── StaleForm       the form is not from this session, or from another site
├── PageNotFound    nothing here for this person
├── WrongMethod     there is a page here, but nothing can be sent to it
├── TooOften        a limit is used up
├── SignInRequired  the page is for somebody who is signed in
├── AlreadySignedIn the page is for a browser that is not signed in yet
└── NoChannel       this installation has no way to send a code to a phone
"""

from datetime import timedelta


class Fault(Exception):
    """The page can't be shown."""

    status = 500


class BadRequest(Fault):
    """The request can't be read."""

    status = 400


class TooLarge(Fault):
    """The form is larger than any of ours."""

    status = 413


class TooSlow(Fault):
    """The form did not arrive in time."""

    status = 408


class StaleForm(Fault):
    """The form is not from this session, or from another site."""

    status = 403


class PageNotFound(Fault):
    """There is nothing here for this person."""

    status = 404


class WrongMethod(Fault):
    """There is a page here, but nothing can be sent to it."""

    status = 405

    def __init__(self, allow: str) -> None:
        """Remember what would have been allowed."""
        super().__init__(allow)
        self.allow = allow


class TooOften(Fault):
    """A limit is used up."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        """Remember how long to wait."""
        super().__init__(wait)
        self.wait = wait


class SignInRequired(Fault):
    """The page is for somebody who is signed in; `number` is the order to show afterwards."""

    status = 303

    def __init__(self, number: str = "") -> None:
        super().__init__(number)
        self.number = number


class AlreadySignedIn(Fault):
    """The page is for a browser that is not signed in yet."""

    status = 303


class NoChannel(Fault):
    """This installation has no way to send a code to a phone."""

    status = 503
