"""The table of all endpoints: the source of routing, the OpenAPI document and its page."""

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.resources import (
    allowed_steps,
    commands,
    customers,
    events,
    keys,
    orders,
    points,
    security_log,
    shops,
    steps,
    stock,
    warehouses,
)
from gotovo.api.resources.attachments import attachments
from gotovo.api.resources.boxes import box_handovers, boxes, leaving
from gotovo.api.resources.cases import case_decisions, case_list
from gotovo.api.resources.desk import (
    acceptances,
    corrections,
    returns,
    scan,
    shelvings,
    visits,
)
from gotovo.api.resources.help import queue, threads
from gotovo.api.resources.manifests import manifest_steps, manifests
from gotovo.api.resources.payments import payment_link
from gotovo.api.resources.receipts import order_receipts, receipt_terms
from gotovo.api.resources.shifts import approvals, devices, shift_reports, shifts
from gotovo.api.resources.staff import grants, me, people, proofs, staff_invitations
from gotovo.api.resources.webhooks import deliveries, webhooks

ENDPOINTS: tuple[Endpoint, ...] = (
    *orders.ENDPOINTS,
    *allowed_steps.ENDPOINTS,
    *payment_link.ENDPOINTS,
    *steps.ENDPOINTS,
    *commands.ENDPOINTS,
    *events.ENDPOINTS,
    *points.ENDPOINTS,
    *acceptances.ENDPOINTS,
    *shelvings.ENDPOINTS,
    *manifests.ENDPOINTS,
    *manifest_steps.ENDPOINTS,
    *leaving.ENDPOINTS,
    *boxes.ENDPOINTS,
    *box_handovers.ENDPOINTS,
    *visits.ENDPOINTS,
    *corrections.ENDPOINTS,
    *returns.ENDPOINTS,
    *scan.ENDPOINTS,
    *warehouses.ENDPOINTS,
    *stock.ENDPOINTS,
    *customers.ENDPOINTS,
    *queue.ENDPOINTS,
    *threads.ENDPOINTS,
    *case_list.ENDPOINTS,
    *case_decisions.ENDPOINTS,
    *attachments.ENDPOINTS,
    *order_receipts.ENDPOINTS,
    *devices.ENDPOINTS,
    *shifts.ENDPOINTS,
    *shift_reports.ENDPOINTS,
    *approvals.ENDPOINTS,
    *shops.ENDPOINTS,
    *receipt_terms.ENDPOINTS,
    *keys.ENDPOINTS,
    *me.ENDPOINTS,
    *proofs.ENDPOINTS,
    *people.ENDPOINTS,
    *grants.ENDPOINTS,
    *staff_invitations.ENDPOINTS,
    *webhooks.ENDPOINTS,
    *deliveries.ENDPOINTS,
    *security_log.ENDPOINTS,
)

TAGS: dict[str, str] = {
    "orders": "Place, find and read orders.",
    "payments": "How orders are paid through the installation's own providers.",
    "steps": "One endpoint for each step of an order's lifecycle.",
    "commands": "Many steps at once.",
    "events": "The journal, page by page or live.",
    "points": "Pick-up points and their settings.",
    "acceptances": "What came to a point: scanned in, put on shelves, told to the sender.",
    "manifests": "What a van should bring to a point, and what came of it.",
    "boxes": "What leaves a point: return boxes, and the drivers who take them.",
    "desk": "What the people of a pick-up point do beyond single steps.",
    "warehouses": "Warehouses and their settings.",
    "stock": "Units on hand and reserved.",
    "customers": "Buyers, for support.",
    "staff": "People who work here, what they may act as, and who sends a request.",
    "help": "Buyers' questions about their orders, and support's answers.",
    "cases": "What is left to a person: money that fits no order, conflicts, contradictions.",
    "attachments": "Photos and files: of claims, of the desk, of couriers and of cases.",
    "receipts": "Fiscal receipts (54-FZ) of orders, and what those of a shop say.",
    "shifts": "Work at a point: its devices, who works when, and what was done.",
    "approvals": "What needs a second person: asked for by one, decided by another.",
    "shops": "Shops of the network, whose orders are told apart.",
    "keys": "Keys of programs.",
    "webhooks": "Addresses of a shop that its events are sent to, and what became of messages.",
    "security-log": "Who was let in, refused, or changed what the installation is run by.",
}
"""The description of each group of endpoints, in the order of the documentation."""
