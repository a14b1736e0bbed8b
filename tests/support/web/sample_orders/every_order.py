"""Every sample order: one in each place where an order can be."""

from tests.support.web.sample_orders.closed_orders import (
    cancelled,
    claimed,
    issued_lately,
    never_paid,
    not_collected,
    partly_back,
    partly_issued,
    returned,
    sold_out,
)
from tests.support.web.sample_orders.courier_orders import attempted, with_a_courier
from tests.support.web.sample_orders.moved_dates import (
    kept_longer,
    promised_later,
    told_in_the_morning,
)
from tests.support.web.sample_orders.open_orders import (
    being_handed_over,
    being_picked,
    far_away,
    late,
    on_the_way,
    ready,
    ready_where_it_closes,
    waiting_for_payment,
)
from tests.support.web.sample_orders.opening_hours import (
    promised_at_night,
    promised_round_the_clock,
    ready_at_night,
    ready_on_a_sunday,
    ready_round_the_clock,
)
from tests.support.web.sample_orders.payments import (
    contested,
    nothing_to_pay,
    paid_after_cancelling,
    paid_in_dollars,
    paid_in_part,
    paid_too_much,
    reported_too_late,
    revived,
)

EVERYBODY = (
    waiting_for_payment,
    being_picked,
    on_the_way,
    late,
    ready,
    ready_where_it_closes,
    being_handed_over,
    partly_issued,
    issued_lately,
    claimed,
    sold_out,
    cancelled,
    never_paid,
    not_collected,
    returned,
    with_a_courier,
    attempted,
    far_away,
    partly_back,
    kept_longer,
    promised_later,
    told_in_the_morning,
    ready_at_night,
    promised_at_night,
    ready_round_the_clock,
    promised_round_the_clock,
    ready_on_a_sunday,
    paid_in_part,
    paid_too_much,
    paid_in_dollars,
    paid_after_cancelling,
    contested,
    nothing_to_pay,
    revived,
    reported_too_late,
)
