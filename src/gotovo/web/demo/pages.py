"""The table of the pages that only the demo has."""

from typing import Final

from gotovo.web.demo.bank.bank import decide_demo_payment, demo_bank_page
from gotovo.web.demo.gallery.answers import answers_page
from gotovo.web.demo.gallery.gallery import gallery_page
from gotovo.web.demo.phone.phone import phone_page
from gotovo.web.site.page import Page, no_session

PAGES: Final = (
    Page("GET", "/look", gallery_page),
    Page("GET", "/look/answers", answers_page, needs=no_session),
    Page("GET", "/phone", phone_page),
    Page("GET", "/demo-bank/{reference}", demo_bank_page),
    Page("POST", "/demo-bank/{reference}", decide_demo_payment),
)
