"""Template context: what the layout around every page shows, and what every template may use."""

from urllib.parse import quote, urlencode

from gotovo.web.site.visit import Visit
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import own_name


def template_context(visit: Visit) -> dict[str, object]:
    """Return the names that every template may use."""
    dependencies = visit.dependencies
    return {
        "_": visit.translate,
        "ngettext": visit.translate.ngettext,
        "format": visit.format,
        "now": visit.now,
        "language": visit.language,
        "languages": [(each, own_name(each), _address_in(visit, each)) for each in LANGUAGES],
        "session": visit.session,
        "form_token": visit.identity.form_token,
        "once": visit.once,
        "demo": dependencies.demo,
        "unsafe": dependencies.unsafe,
        "hotline": dependencies.hotline,
        "bot_url": dependencies.bot_url,
        "can_sign_in": dependencies.channel is not None,
        "has_telegram": dependencies.telegram is not None,
        "can_use_passkeys": dependencies.can_use_passkeys,
    }


def _address_in(visit: Visit, language: Language) -> str:
    """Return this page's address in another language; the response to a POST has no address."""
    request = visit.request
    if request.method == "POST":
        return f"/?lang={language}"
    given = {name: value for name, value in request.query_params.items() if value}
    query = urlencode({**given, "lang": language})
    # Two slashes at the beginning would be the address of another host.
    path = quote("/" + request.scope["path"].lstrip("/"), errors="replace")
    return f"{path}?{query}"
