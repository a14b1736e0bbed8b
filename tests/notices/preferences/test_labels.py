"""Every channel and every kind has a name of its own, and every kind says what it is."""

from gotovo.notices.preferences.labels import CHANNELS, KIND_DETAILS, KINDS
from gotovo.notices.rules import ChannelName, NoticeKind


def test_whatever_a_buyer_chooses_by_has_a_name() -> None:
    assert set(CHANNELS) == set(ChannelName)
    assert set(KINDS) == set(KIND_DETAILS) == set(NoticeKind)
    assert len(set(KINDS.values())) == len(NoticeKind)
    assert len(set(CHANNELS.values())) == len(ChannelName)
