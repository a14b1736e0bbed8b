"""The table of the pages of staff, and of the error pages that are theirs alone."""

from typing import Final

from gotovo.web.site.page import Page, no_session
from gotovo.web.staff.account.account import account_page, end_session
from gotovo.web.staff.account.confirmation import (
    confirm,
    confirm_by_passkey,
    confirmation_options,
    confirmation_page,
)
from gotovo.web.staff.account.own_passkeys import (
    create_own_passkey,
    own_passkey_options,
    remove_own_passkey,
)
from gotovo.web.staff.account.password import password_page, set_password
from gotovo.web.staff.demo.demo_staff import be_demo_staff, demo_staff_page
from gotovo.web.staff.invitation.invitation import (
    accept_with_passkey,
    accept_with_password,
    invitation_page,
    invitation_passkey_options,
)
from gotovo.web.staff.sign_in.grant import choose_grant, grant_page
from gotovo.web.staff.sign_in.sign_in import (
    passkey_options,
    sign_in,
    sign_in_by_passkey,
    sign_in_page,
    sign_out,
)
from gotovo.web.staff.staff_visitor import (
    StaffProofRequired,
    StaffSignInRequired,
    proof_required,
    proved_visitor,
    sign_in_required,
    staff_visitor,
)

_SIGN_IN: Final = (
    Page("GET", "/staff/sign-in", sign_in_page, needs=no_session),
    Page("POST", "/staff/session", sign_in, needs=no_session),
    Page("POST", "/staff/passkey-session/options", passkey_options, needs=no_session),
    Page("POST", "/staff/passkey-session", sign_in_by_passkey, needs=no_session),
    Page("POST", "/staff/sign-out", sign_out, needs=staff_visitor),
    Page("GET", "/staff/grant", grant_page, needs=staff_visitor),
    Page("POST", "/staff/grant", choose_grant, needs=staff_visitor),
)

_INVITATION: Final = (
    Page("GET", "/staff/invitation/{token}", invitation_page, needs=no_session),
    Page("POST", "/staff/invitation/{token}/password", accept_with_password, needs=no_session),
    Page(
        "POST",
        "/staff/invitation/{token}/passkey/options",
        invitation_passkey_options,
        needs=no_session,
    ),
    Page("POST", "/staff/invitation/{token}/passkey", accept_with_passkey, needs=no_session),
)

_ACCOUNT: Final = (
    Page("GET", "/staff", account_page, needs=staff_visitor),
    Page("POST", "/staff/sessions/{session}/end", end_session, needs=staff_visitor),
    Page("GET", "/staff/confirmation", confirmation_page, needs=staff_visitor),
    Page("POST", "/staff/confirmation", confirm, needs=staff_visitor),
    Page("POST", "/staff/confirmation/options", confirmation_options, needs=staff_visitor),
    Page("POST", "/staff/confirmation/passkey", confirm_by_passkey, needs=staff_visitor),
    Page("POST", "/staff/passkeys/options", own_passkey_options, needs=proved_visitor),
    Page("POST", "/staff/passkeys", create_own_passkey, needs=proved_visitor),
    Page("POST", "/staff/passkeys/{passkey}/removal", remove_own_passkey, needs=proved_visitor),
    Page("GET", "/staff/password", password_page, needs=proved_visitor),
    Page("POST", "/staff/password", set_password, needs=proved_visitor),
)

PAGES: Final = (*_SIGN_IN, *_INVITATION, *_ACCOUNT)

DEMO_PAGES: Final = (
    Page("GET", "/staff/demo", demo_staff_page, needs=no_session),
    Page("POST", "/staff/demo", be_demo_staff, needs=no_session),
)

ERROR_PAGES: Final = {
    StaffSignInRequired: sign_in_required,
    StaffProofRequired: proof_required,
}
