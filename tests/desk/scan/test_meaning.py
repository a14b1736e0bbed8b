"""What a code means at a point; orders in every stage are scanned in tests/api/resources/desk."""

from gotovo.desk.scan.code_forms import CodeKind, recognise
from gotovo.desk.scan.meaning import NOT_FOUND, OF_NO_ORDER, NextStep, clerk_at, meaning_of
from gotovo.order.facts import OrderTerms
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.number import draw
from tests.store.reads.desk.test_scans import NOW, order

NAMES_AN_ORDER = {CodeKind.ORDER, CodeKind.PARCEL, CodeKind.PICKUP_QR}
ADMIN = clerk_at(Actor(Role.ADMIN, "a"), "KZN-1")


def test_each_kind_of_code_names_an_order_or_leads_somewhere_by_itself() -> None:
    assert set(CodeKind) == NAMES_AN_ORDER | OF_NO_ORDER.keys()
    assert NAMES_AN_ORDER.isdisjoint(OF_NO_ORDER)


def test_without_an_order_nothing_is_found() -> None:
    code = recognise(draw(7, 1))
    assert meaning_of(code, None, ADMIN, OrderTerms(), NOW) == NOT_FOUND


def test_a_scan_at_a_point_is_that_of_its_clerk_whoever_scans() -> None:
    known = order(1)
    at_home = meaning_of(recognise(known.number), known, ADMIN, OrderTerms(), NOW)
    assert (at_home.next_step, at_home.order) == (NextStep.ISSUE, known)
    elsewhere = clerk_at(ADMIN, "KZN-2")
    away = meaning_of(recognise(known.number), known, elsewhere, OrderTerms(), NOW)
    assert (away.next_step, away.point, away.order) == (NextStep.WRONG_POINT, "KZN-1", None)
