"""The addresses of what a buyer can do with an order, one act each."""

from typing import Final

from gotovo.web.customer.contact.help import ask_for_help, help_thread
from gotovo.web.customer.contact.messages import messages
from gotovo.web.customer.handover.rating import rating, rating_asked
from gotovo.web.customer.handover.trusted_person import name_trusted, revoke_trusted, trusted_person
from gotovo.web.customer.order.map import point_map
from gotovo.web.customer.redirection.redirection import (
    redirection,
    redirection_asked,
    redirection_places,
)
from gotovo.web.customer.return_claim.return_claim import (
    claim_photo,
    return_claim,
    return_claim_asked,
)
from gotovo.web.customer.steps.slot import slot, slot_asked
from gotovo.web.routing import Page

ACTS: Final = (
    Page("GET", "/orders/{number}/redirection", redirection_places),
    Page("POST", "/orders/{number}/redirection", redirection),
    Page("GET", "/orders/{number}/redirection/{place}", redirection_asked),
    Page("GET", "/orders/{number}/slot", slot_asked),
    Page("POST", "/orders/{number}/slot", slot),
    Page("GET", "/orders/{number}/trusted-person", trusted_person),
    Page("POST", "/orders/{number}/trusted-person", name_trusted),
    Page("POST", "/orders/{number}/trusted-person-revocation", revoke_trusted),
    Page("GET", "/orders/{number}/return-claim", return_claim_asked),
    Page("POST", "/orders/{number}/return-claim", return_claim),
    Page("GET", "/orders/{number}/return-claim/{photo}", claim_photo),
    Page("GET", "/orders/{number}/help", help_thread, finds_session=True),
    Page("POST", "/orders/{number}/help", ask_for_help),
    Page("GET", "/orders/{number}/rating", rating_asked),
    Page("POST", "/orders/{number}/rating", rating),
    Page("GET", "/orders/{number}/messages", messages),
    Page("GET", "/orders/{number}/map", point_map),
)
