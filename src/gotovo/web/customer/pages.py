"""The table of the buyer's pages, and of the error pages that are theirs alone."""

from typing import Final

from gotovo.web.customer.confirmation.confirmation import (
    confirm,
    confirm_with_passkey,
    confirmation_options,
    confirmation_page,
    send_confirmation_code,
)
from gotovo.web.customer.contact.help import ask_for_help, help_page
from gotovo.web.customer.contact.live import live_updates
from gotovo.web.customer.contact.messages import messages_page
from gotovo.web.customer.devices.devices import devices_page, sign_out_device
from gotovo.web.customer.devices.passkeys import (
    create_passkey,
    creation_options,
    passkey_sign_in,
    passkey_site,
    remove_passkey,
    request_options,
    sign_in_with_passkey,
)
from gotovo.web.customer.devices.push import (
    push_is_open,
    push_key,
    push_subscriber,
    renew_subscription,
    subscribe,
    unsubscribe,
)
from gotovo.web.customer.handover.handover_stop import stop_handover
from gotovo.web.customer.handover.qr import qr_picture
from gotovo.web.customer.handover.rating import rate, rating_page
from gotovo.web.customer.handover.trusted_person import (
    name_trusted_person,
    revoke_trusted_person,
    trusted_person_page,
)
from gotovo.web.customer.notifications.notifications import (
    choose_notifications,
    notifications_page,
)
from gotovo.web.customer.notifications.unsubscribe import stop_emails, unsubscribe_page
from gotovo.web.customer.order.map import point_map
from gotovo.web.customer.order.order_page import action_unavailable, order_page
from gotovo.web.customer.orders.older_orders import (
    older_orders_page,
    open_older_orders,
    send_older_orders_code,
)
from gotovo.web.customer.orders.order_list import orders_page
from gotovo.web.customer.orders.pickup_code import pickup_code_shortcut
from gotovo.web.customer.payment.pay_link import (
    bank_page_of_link,
    pay_by_link,
    pay_link_page,
    payment_return,
)
from gotovo.web.customer.payment.payment import bank_page, pay, payment_page
from gotovo.web.customer.phone_change.phone_change import (
    change_phone,
    phone_change_page,
    send_phone_change_code,
)
from gotovo.web.customer.privacy.privacy import (
    download_data,
    erase_data,
    erasure_page,
    privacy_page,
)
from gotovo.web.customer.redirection.redirection import (
    redirect,
    redirection_confirmation,
    redirection_page,
)
from gotovo.web.customer.return_claim.return_claim import (
    claim_photo,
    claim_return,
    return_claim_page,
)
from gotovo.web.customer.sign_in.home import home_page
from gotovo.web.customer.sign_in.sign_in import (
    code_channel,
    send_code,
    sign_in,
    sign_in_code_page,
    sign_out,
)
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.cancellation import cancel, cancellation_page
from gotovo.web.customer.steps.own_order import own_order, own_order_with_history
from gotovo.web.customer.steps.slot import agree_slot, slot_page
from gotovo.web.customer.steps.storage_extension import extend_storage, storage_extension_page
from gotovo.web.customer.telegram.telegram import (
    invite_to_telegram,
    telegram_page,
    unlink_telegram,
)
from gotovo.web.customer.tracking.tracking import (
    make_link,
    revoke_link,
    tracking_link_page,
    tracking_page,
)
from gotovo.web.site.page import Page, session_cookie, signed_in, signed_out

_ACCOUNT: Final = (
    Page("GET", "/", home_page),
    Page("POST", "/sign-in-code", send_code, needs=code_channel),
    Page("GET", "/sign-in-code", sign_in_code_page, needs=signed_out),
    Page("POST", "/session", sign_in, needs=signed_out),
    Page("POST", "/sign-out", sign_out),
    Page("GET", "/confirmation", confirmation_page, needs=signed_in),
    Page("POST", "/confirmation-code", send_confirmation_code, needs=signed_in),
    Page("POST", "/confirmation", confirm, needs=signed_in),
    Page("POST", "/confirmation/options", confirmation_options, needs=passkey_site),
    Page("POST", "/confirmation/passkey", confirm_with_passkey, needs=passkey_site),
    Page("GET", "/older-orders", older_orders_page, needs=signed_in),
    Page("POST", "/older-orders-code", send_older_orders_code, needs=signed_in),
    Page("POST", "/older-orders", open_older_orders, needs=signed_in),
    Page("GET", "/phone-change", phone_change_page, needs=signed_in),
    Page("POST", "/phone-change-code", send_phone_change_code, needs=signed_in),
    Page("POST", "/phone-change", change_phone, needs=signed_in),
    Page("GET", "/devices", devices_page, needs=signed_in),
    Page("POST", "/devices/{device}/sign-out", sign_out_device, needs=signed_in),
    Page("POST", "/passkeys/options", creation_options, needs=passkey_site),
    Page("POST", "/passkeys", create_passkey, needs=passkey_site),
    Page("POST", "/passkeys/{passkey}/removal", remove_passkey, needs=passkey_site),
    Page("POST", "/passkey-session/options", request_options, needs=passkey_site),
    Page("POST", "/passkey-session", sign_in_with_passkey, needs=passkey_sign_in),
    Page("GET", "/push-key", push_key, needs=push_is_open),
    Page("POST", "/push-subscription", subscribe, needs=push_subscriber),
    Page("POST", "/push-renewal", renew_subscription, needs=push_is_open, reads_body=True),
    Page("POST", "/push-subscription-end", unsubscribe),
    Page("GET", "/notifications", notifications_page, needs=signed_in),
    Page("POST", "/notifications", choose_notifications, needs=signed_in),
    Page("GET", "/unsubscribe/{token}", unsubscribe_page),
    Page("POST", "/unsubscribe/{token}", stop_emails, reads_body=True),
    Page("GET", "/telegram", telegram_page, needs=signed_in),
    Page("POST", "/telegram/link", invite_to_telegram, needs=signed_in),
    Page("POST", "/telegram/unlink", unlink_telegram, needs=signed_in),
    Page("GET", "/privacy", privacy_page),
    Page("GET", "/privacy/data", download_data, needs=signed_in),
    Page("GET", "/privacy/erasure", erasure_page, needs=signed_in),
    Page("POST", "/privacy/erasure", erase_data, needs=signed_in),
)

_ORDERS: Final = (
    Page("GET", "/orders", orders_page, needs=session_cookie, is_cached=True),
    Page("GET", "/orders/live", live_updates),
    Page("GET", "/code", pickup_code_shortcut, needs=session_cookie),
    Page("GET", "/orders/{number}", order_page, needs=own_order_with_history, is_cached=True),
    Page("GET", "/orders/{number}/help", help_page, needs=own_order_with_history),
    Page("POST", "/orders/{number}/help", ask_for_help, needs=own_order),
    Page("GET", "/orders/{number}/messages", messages_page, needs=own_order),
    Page("GET", "/orders/{number}/map", point_map, needs=own_order),
    Page("GET", "/orders/{number}/qr.svg", qr_picture, needs=own_order),
)

_STEPS: Final = (
    Page("GET", "/orders/{number}/cancellation", cancellation_page, needs=own_order),
    Page("POST", "/orders/{number}/cancellation", cancel, needs=own_order),
    Page("GET", "/orders/{number}/storage-extension", storage_extension_page, needs=own_order),
    Page("POST", "/orders/{number}/storage-extension", extend_storage, needs=own_order),
    Page("GET", "/orders/{number}/redirection", redirection_page, needs=own_order),
    Page("POST", "/orders/{number}/redirection", redirect, needs=own_order),
    Page("GET", "/orders/{number}/redirection/{place}", redirection_confirmation, needs=own_order),
    Page("GET", "/orders/{number}/slot", slot_page, needs=own_order),
    Page("POST", "/orders/{number}/slot", agree_slot, needs=own_order),
    Page("GET", "/orders/{number}/trusted-person", trusted_person_page, needs=own_order),
    Page("POST", "/orders/{number}/trusted-person", name_trusted_person, needs=own_order),
    Page(
        "POST", "/orders/{number}/trusted-person-revocation", revoke_trusted_person, needs=own_order
    ),
    Page("POST", "/orders/{number}/handover-stop", stop_handover, needs=own_order),
    Page("GET", "/orders/{number}/return-claim", return_claim_page, needs=own_order),
    Page("POST", "/orders/{number}/return-claim", claim_return, needs=own_order, reads_body=True),
    Page("GET", "/orders/{number}/return-claim/{photo}", claim_photo, needs=own_order),
    Page("GET", "/orders/{number}/rating", rating_page, needs=own_order),
    Page("POST", "/orders/{number}/rating", rate, needs=own_order),
)

_TRACKING: Final = (
    Page("GET", "/orders/{number}/tracking-link", tracking_link_page, needs=own_order),
    Page("POST", "/orders/{number}/tracking-link", make_link, needs=own_order),
    Page("POST", "/orders/{number}/tracking-link-revocation", revoke_link, needs=own_order),
    Page("GET", "/track/{token}", tracking_page),
)

_PAYMENT: Final = (
    Page("GET", "/orders/{number}/payment", payment_page, needs=own_order_with_history),
    Page("POST", "/orders/{number}/payment", pay, needs=own_order),
    Page("GET", "/orders/{number}/payment/bank", bank_page, needs=own_order),
    Page("GET", "/pay/{token}", pay_link_page),
    Page("POST", "/pay/{token}", pay_by_link),
    Page("GET", "/pay/{token}/bank", bank_page_of_link),
    Page("GET", "/pay/{token}/return", payment_return),
)

PAGES: Final = (*_ACCOUNT, *_ORDERS, *_STEPS, *_TRACKING, *_PAYMENT)

ERROR_PAGES: Final = {ActionUnavailable: action_unavailable}
