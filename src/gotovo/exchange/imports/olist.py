"""Olist's orders (Brazil, 2016 to 2018): recognised by their header.

Columns as in the public data set «Brazilian E-Commerce by Olist», orders joined with the number
and value of their items and the sum of their payments. Sums are in reais.
"""

from gotovo.exchange.imports.columns import Profile

OLIST = Profile(
    origin="olist",
    columns={
        "external_id": "order_id",
        "customer": "customer_id",
        "status": "status",
        "placed_at": "purchased_at",
        "paid_at": "approved_at",
        "dispatched_at": "handed_to_carrier_at",
        "issued_at": "delivered_at",
        "promised_for": "estimated_delivery_date",
        "items": "items",
        "value": "items_value_brl",
        "paid": "paid_brl",
    },
    currency="BRL",
    time_zone="America/Sao_Paulo",
)
