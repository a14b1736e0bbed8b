"""Modules about payments that another test covers; see `covered_by`."""

OF_PAYMENTS: dict[str, tuple[str, ...]] = {
    "assembly/payments/test_reconciliation.py": (
        "assembly/observability/reconciliation_readings.py",
        "payments/reconciliation/comparison.py",
        "payments/reconciliation/daily.py",
        "payments/reconciliation/differences.py",
        "payments/reconciliation/our_books.py",
        "store/tables/money/money_ledger.py",
        "store/tables/money/reconciliations.py",
        "store/tables/payments/sent_refunds.py",
    ),
    "cli/money/test_money_audit.py": ("cli/commands/money/report.py", "cli/money/days.py"),
    "assembly/payments/test_providers.py": (
        "assembly/observability/payment_readings.py",
        "assembly/payments/payment_jobs.py",
    ),
    "payments/providers/test_stripe_notifications.py": ("payments/providers/stripe_events.py",),
    "payments/providers/test_yookassa_failures.py": (
        "payments/providers/provider_http.py",
        "payments/providers/yookassa_messages.py",
    ),
    "payments/providers/test_demo.py": ("store/tables/payments/demo_bank.py",),
    "web/customer/payment/test_payment.py": (
        "web/customer/payment/bank_way.py",
        "web/customer/payment/payment_ends.py",
        "web/customer/payment/payment_page.py",
        "web/customer/payment/payment_place.py",
    ),
    "payments/intake/test_notification_round.py": ("payments/intake/refund_lookup.py",),
    "payments/test_many_notifications.py": ("assembly/payments/intake.py",),
    "assembly/payments/test_refund_jobs.py": ("assembly/observability/refund_readings.py",),
    "payments/refunds/test_refund_sender.py": ("payments/refunds/refund_outcomes.py",),
    "payments/receipts/test_fiscal_sending.py": (
        "store/tables/money/fiscal_receipts.py",
        "store/tables/money/fiscal_terms.py",
    ),
    "payments/receipts/test_atol_register.py": (
        "payments/receipts/port.py",
        "payments/receipts/register_http.py",
    ),
}
"""The part of the table in `covered_by.py` that is about payments."""
