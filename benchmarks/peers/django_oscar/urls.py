"""One address: an order's status, changed by Oscar's own event handler."""

import hmac
import json

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST
from oscar.apps.order.exceptions import InvalidOrderStatus
from oscar.core.loading import get_class, get_model

Order = get_model("order", "Order")
EventHandler = get_class("order.processing", "EventHandler")


@require_POST
def change_status(request: HttpRequest, number: str) -> JsonResponse:
    """Move an order along its pipeline; the request is one transaction."""
    if not hmac.compare_digest(
        request.headers.get("Authorization", ""), f"Bearer {settings.SECRET_KEY}"
    ):
        return JsonResponse({"title": "unknown_key"}, status=401)
    order = Order.objects.select_for_update().filter(number=number).first()
    if order is None:
        return JsonResponse({"title": "unknown_order"}, status=404)
    try:
        status = json.loads(request.body)["status"]
        EventHandler().handle_order_status_change(order, status)
    except InvalidOrderStatus:
        return JsonResponse({"title": "stage_forbids"}, status=409)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"title": "invalid_body"}, status=422)
    total = {"amount": str(order.total_incl_tax), "currency": order.currency}
    return JsonResponse({"number": order.number, "status": order.status, "total": total})


def healthz(_: HttpRequest) -> JsonResponse:
    """Respond that the process is alive."""
    return JsonResponse({})


urlpatterns = [
    path("healthz", healthz),
    path("orders/<str:number>/status", change_status),
]
