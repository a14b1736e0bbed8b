"""Reading what people send: small, plain and checked before anything else looks at it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from gotovo.web.request import Request
from gotovo.web.site.errors import BadRequest, StaleForm

_FIELDS_MAX = 32
_TEXT_MAX = 1_000  # The longest thing anybody types here is a note of a few lines.
_FORM = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; anything that is not one is a BadRequest."""
    if (request.header(b"content-type") or "").partition(";")[0].strip().lower() != _FORM:
        raise BadRequest
    try:
        body = (await request.body()).decode("ascii")
        pairs = parse_qsl(
            body,
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError as error:
        raise BadRequest from error
    return {name: fit(value) for name, value in pairs}


def fit(text: str) -> str:
    """Return a text that can be stored and shown; NUL and half characters are a BadRequest."""
    if len(text) > _TEXT_MAX or "\0" in text:
        raise BadRequest
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadRequest from error
    return text


def check_origin(request: Request, public_url: str) -> None:
    """Let forms through that browsers say come from this site; others are a StaleForm.

    Browsers send `Sec-Fetch-Site` or at least `Origin`; programs that send neither still need the
    form's token.
    """
    site = request.header(b"sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise StaleForm
    origin = request.header(b"origin")
    # A page whose address is told to nobody says `null`; where it is from, the browser still says.
    if origin is None or (origin == "null" and site == "same-origin"):
        return
    known = {urlsplit(public_url).netloc, request.header(b"host") or ""} - {""}
    if urlsplit(origin).netloc not in known:
        raise StaleForm
