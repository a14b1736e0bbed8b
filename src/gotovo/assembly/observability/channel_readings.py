"""Metrics of the channels: what became of messages, whether they work, and what they cost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from gotovo.api.metrics import MetricReading
from gotovo.notices.channels.limits.channel_watch import AttemptOutcome, ChannelWatch
from gotovo.store.tables.messages.channel_health import StoredHealth
from gotovo.store.tables.messages.channel_spending import Spending

_OUTCOMES: Final[Mapping[AttemptOutcome, tuple[str, str]]] = {
    AttemptOutcome.TAKEN: ("gotovo_messages_taken", "Messages that a channel took."),
    AttemptOutcome.REFUSED: ("gotovo_messages_refused", "Messages that a channel refused."),
    AttemptOutcome.FAILED: ("gotovo_message_failures", "Attempts that a channel did not take."),
    AttemptOutcome.HELD: ("gotovo_messages_held", "Attempts that our own limits put off."),
}


def outcome_readings(watches: Iterable[ChannelWatch]) -> Sequence[MetricReading]:
    """Return what became of this process's attempts, by channel."""
    counts = {watch.channel: watch.counts for watch in watches}
    return [
        MetricReading(
            name,
            text,
            {channel: counts[channel][outcome] for channel in counts},
            "channel",
            is_counter=True,
            of_worker=True,
        )
        for outcome, (name, text) in _OUTCOMES.items()
    ]


def channel_readings(health: Sequence[StoredHealth]) -> Iterator[MetricReading]:
    """Return whether channels can be reached, and what is left on their accounts."""
    reachable = {x.channel: float(x.reachable) for x in health if x.reachable is not None}
    balances = {x.channel: float(x.balance) for x in health if x.balance is not None}
    yield MetricReading(
        "gotovo_channel_reachable", "1 if the channel answered when asked.", reachable, "channel"
    )
    yield MetricReading(
        "gotovo_channel_balance", "Left at the provider, in its currency.", balances, "channel"
    )


def spending_readings(spending: Sequence[Spending]) -> Iterator[MetricReading]:
    """Return what messages have cost today (UTC), and where a day's limit is used up."""
    units = {each.unit for each in spending}
    spent = {unit: float(sum(x.spent for x in spending if x.unit == unit)) for unit in units}
    used_up = sum(each.refused_at is not None for each in spending)
    yield MetricReading(
        "gotovo_messages_spent", "Cost of today's messages, by currency or segments.", spent, "unit"
    )
    yield MetricReading(
        "gotovo_message_limits_used_up", "Countries whose limit of today is used up.", {"": used_up}
    )
