"""The table of what makes the site an app: the service worker, its page, the manifest and icons."""

from typing import Final

from gotovo.web.pwa.manifest import app_file
from gotovo.web.pwa.service_worker import offline_page, service_worker
from gotovo.web.site.page import Page, no_session

PAGES: Final = (
    Page("GET", "/sw.js", service_worker, needs=no_session),
    Page("GET", "/offline", offline_page, needs=no_session),
    Page("GET", "/app/{file}", app_file, needs=no_session),
)
