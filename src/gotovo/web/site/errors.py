"""The errors of pages, apart from refusals of the engine and from `http.errors`.

PageError (a RequestError)
├── StaleForm          the form is not from this session, or from another site
├── PageNotFound       nothing here for this person
├── MethodNotAllowed   there is a page here, but nothing can be sent to it
├── SignInRequired     the page is for somebody who is signed in
├── ConfirmationRequired  the person has to be proved again
├── AlreadySignedIn    the page is for a browser that is not signed in yet
├── NoChannel          this installation has no way to send a code to a phone
└── CodeNotSent        the channel failed to send a code
    └── CodesUsedUp    what messages to the phone's country may cost today is used up
"""

from gotovo.http.errors import RequestError


class PageError(RequestError):
    """Base of the errors that pages raise."""


class StaleForm(PageError):
    """The form is not from this session, or from another site."""

    status = 403


class PageNotFound(PageError):
    """There is nothing here for this person."""

    status = 404


class MethodNotAllowed(PageError):
    """There is a page here, but nothing can be sent to it."""

    status = 405

    def __init__(self, allow: str) -> None:
        super().__init__(allow)
        self.headers = ((b"allow", allow.encode()),)


class SignInRequired(PageError):
    """The page is for somebody who is signed in; `number` is the order to show afterwards."""

    status = 303

    def __init__(self, number: str = "") -> None:
        super().__init__(number)
        self.number = number


class ConfirmationRequired(PageError):
    """The person has to be proved again; `action` is what they want to do."""

    status = 303

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


class AlreadySignedIn(PageError):
    """The page is for a browser that is not signed in yet."""

    status = 303


class NoChannel(PageError):
    """This installation has no way to send a code to a phone."""

    status = 503


class CodeNotSent(PageError):
    """The channel failed to send a code."""

    status = 503


class CodesUsedUp(CodeNotSent):
    """What messages to the phone's country may cost today is used up."""
