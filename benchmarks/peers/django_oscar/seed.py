"""An empty database gets Oscar's tables, and orders that wait for their first change."""

import os
from datetime import UTC, datetime
from decimal import Decimal

import django
from django.apps import apps
from django.core.management import call_command

ORDERS = 5_000
"""More than the longest run needs."""

FIRST_NUMBER = 100_000
LINES = 2


def prepare() -> None:
    """Make the tables and the orders, numbered from `FIRST_NUMBER`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    apps.get_model("sites", "Site").objects.get_or_create(id=1)
    order_model, line_model = apps.get_model("order", "Order"), apps.get_model("order", "Line")
    price = Decimal("389.00")
    orders = order_model.objects.bulk_create(
        order_model(
            number=str(FIRST_NUMBER + index),
            site_id=1,
            status="placed",
            currency="RUB",
            total_incl_tax=price * LINES,
            total_excl_tax=price * LINES,
            guest_email="aliya@example.com",
            date_placed=datetime.now(UTC),
        )
        for index in range(ORDERS)
    )
    line_model.objects.bulk_create(
        line_model(
            order=order,
            partner_sku=f"SKU-{index:05}",
            title="Чай чёрный листовой 200 г",
            quantity=1,
            num_allocated=1,
            status="reserved",
            line_price_incl_tax=price,
            line_price_excl_tax=price,
            line_price_before_discounts_incl_tax=price,
            line_price_before_discounts_excl_tax=price,
        )
        for order in orders
        for index in range(LINES)
    )
