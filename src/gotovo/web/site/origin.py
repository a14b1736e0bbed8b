"""The origin check of forms: only pages of this site may send them."""

from urllib.parse import urlsplit

from starlette.requests import Request

from gotovo.web.site.errors import StaleForm


def check_origin(request: Request, public_url: str) -> None:
    """Raise StaleForm for a form that the browser says comes from another site.

    Browsers send `Sec-Fetch-Site` or at least `Origin`; programs that send neither still need the
    form's token.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise StaleForm
    origin = request.headers.get("origin")
    # A page with `no-referrer` sends `null`; the browser still says where it is from.
    if origin is None or (origin == "null" and site == "same-origin"):
        return
    known = {urlsplit(public_url).netloc, request.headers.get("host", "")} - {""}
    if urlsplit(origin).netloc not in known:
        raise StaleForm
