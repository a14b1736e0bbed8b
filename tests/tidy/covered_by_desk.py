"""The same as `covered_by` for the desk of pick-up points, vans and what comes with them."""

COVERED_BY_DESK: dict[str, tuple[str, ...]] = {
    "api/resources/attachments/test_attachments.py": (
        "api/resources/attachments/attachment_access.py",
    ),
    "assembly/test_attachments.py": ("store/retention/attachment_rules.py",),
    "api/resources/desk/test_visits.py": ("api/schemas/desk/visit_view.py",),
    "api/resources/desk/test_returns.py": (
        "api/resources/attachments/bound_photos.py",
        "api/schemas/desk/goods_bodies.py",
        "api/schemas/desk/return_bodies.py",
        "api/schemas/desk/return_views.py",
        "desk/returns/brought_order.py",
        "store/reads/desk/returns.py",
    ),
    "desk/drills/test_returns.py": (
        "desk/returns/returning.py",
        "order/checks/handover/unclaimed_return.py",
    ),
    "order/steps/test_return_refusal.py": ("order/values/handover/declined_units.py",),
    "desk/drills/test_guessing.py": ("desk/handover/try_limits.py", "store/reads/desk/visits.py"),
    "desk/drills/test_insiders.py": ("desk/handover/corrections.py", "desk/handover/visiting.py"),
    "desk/scan/test_code_forms.py": ("desk/scan/gs1.py", "desk/scan/raw_text.py"),
    "api/resources/desk/test_scan.py": ("api/schemas/desk/scan_view.py", "desk/scan/scanning.py"),
    "store/retention/test_columns.py": ("store/retention/pseudonyms.py",),
    "api/resources/desk/test_acceptances.py": (
        "api/resources/desk/acceptance_bodies.py",
        "api/resources/desk/acceptance_views.py",
        "api/resources/desk/shelvings.py",
        "desk/acceptance/attachment_check.py",
        "desk/acceptance/closing.py",
        "desk/acceptance/scan_decision.py",
        "desk/acceptance/scan_request.py",
        "desk/acceptance/shelvings.py",
        "desk/acceptance/shortages.py",
        "desk/acceptance/tools.py",
        "store/tables/manifests/acceptances.py",
    ),
    "api/resources/manifests/test_manifests.py": (
        "api/resources/manifests/manifest_bodies.py",
        "api/resources/manifests/manifest_view.py",
        "store/tables/manifests/manifests.py",
    ),
    "api/resources/manifests/test_manifest_steps.py": ("desk/manifest_steps.py",),
}
