"""What an attachment is about says where it is stored, and its id begins with that."""

import pytest

from gotovo.order.values.number import home_of
from gotovo.store.tables.attachments.attachment import (
    AttachmentKind,
    AttachmentSubject,
    attachment_id,
    of_order,
)

NUMBER = "194566112558"
CASE = "b7000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("subject", "home"),
    [
        (of_order(NUMBER), home_of(NUMBER)),
        (AttachmentSubject(kind=AttachmentKind.CASE, name=CASE), 0xB7),
        (AttachmentSubject(kind=AttachmentKind.CASE, name=CASE, number=NUMBER), home_of(NUMBER)),
    ],
)
def test_it_lies_where_its_order_or_its_case_does(subject: AttachmentSubject, home: int) -> None:
    assert subject.home == home
    assert attachment_id(home, bytes(range(15))).bytes == bytes((home, *range(15)))


def test_boxes_are_spread_and_each_stays_where_it_is() -> None:
    def home(name: str) -> int:
        return AttachmentSubject(kind=AttachmentKind.BOX, name=name, point="KZN-1").home

    homes = {home(f"BOX-{n}") for n in range(200)}
    assert len(homes) > 100
    assert home("BOX-1") == home("BOX-1")
