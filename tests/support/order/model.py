"""A second, small account of the product, written from its rules alone, to compare the first with.

It knows nothing of events, steps or stages: an order is a status, some boxes that are somewhere,
and sums. It computes no promise and no timetable: its points never close, so that storage is 7 x
24 hours. Every method takes what somebody did and answers `OK` when that was fine (whether it
changed anything or was done before), a refusal of the desk's list by name, `NO` for any other
refusal, or `EITHER` where the rules leave the answer open and only ask that nothing changes.
"""

from collections import Counter
from datetime import datetime, timedelta

from tests.support.order.model_money import NO, OK, PaidRecord
from tests.support.order.model_record import TAKEN_BACK_AT, Box, Units, told_at

EITHER = "either"

STORED_FOR = timedelta(days=7)
EXTENDED_BY = timedelta(days=3)
BEGINS_WITHIN = timedelta(hours=12)
AT_ONCE = timedelta(minutes=15)
ISSUE_WITHIN = timedelta(minutes=10)
TRIES, CODES = 5, 3
PAID_AT = {"KZN-1"}
"""The points where an order may be paid when it is handed over."""
PASSED = {OK, "right", "sent"}


class Life(PaidRecord):
    """One order and everything the rules say about it."""

    # The way to the buyer.

    def pick(self) -> str:
        if self.status == "processing":
            self.picking = True
            return OK
        return NO if self.status == "awaiting_payment" else EITHER

    def pack(self, *, apart: bool) -> str:
        if self.status == "awaiting_payment":
            return NO
        if self.status != "processing" or self.boxes:
            return EITHER
        whole = {line: quantity for line, (_, quantity, _) in enumerate(self.lines)}
        parts = [{line: n} for line, n in whole.items()] if apart else [whole]
        self.boxes = [Box(units) for units in parts]
        return OK

    def dispatch(self, which: int | None) -> str:
        if self.open and not self.boxes:
            return NO
        moved, to = ("packed", "door" if self.place == "door" else "van"), ""
        for box in self.named(which):
            if self.open and box.where == moved[0]:
                box.where = moved[1]
                self.take(box)
            elif not self.open and box.where == "waiting":
                box.where, to = "returning", "sent"
        if self.open and self.place == "door" and all(b.where == "door" for b in self.boxes):
            self.courier = self.courier or "with"
        return OK if self.open or to else EITHER

    def arrive(self, which: int | None) -> str:
        unscanned = {"packed"} if self.open and self.place != "door" else set[str]()
        coming = self.scanned(which, {"van"}, unscanned)
        packed = any(b.where == "packed" for b in self.named(which))
        if self.open and which is not None and packed and not unscanned:
            return NO
        return OK if self.bring(coming, "point") else EITHER

    def shelve(self, which: int | None, now: datetime) -> str:
        if not self.open or self.place == "door":
            return EITHER
        moved = self.bring(self.scanned(which, {"point"}, {"packed", "van"}), "shelf")
        if self.boxes and self.status == "processing" and self.all_on_shelf():
            self.status = "ready_for_pickup"
            self.store(now, STORED_FOR)
        return OK if moved else EITHER

    # The desk.

    def hand_over(
        self, at: str, shown: str, left: Units, now: datetime, *, fact: bool = False
    ) -> str:
        standing = self._desk(at, now)
        all_left = sum(left.values()) == sum(quantity for _, quantity, _ in self.lines)
        kept = self.total - sum(sum(self.prices[line][:n]) for line, n in left.items())
        if standing == OK and self.is_due and not all_left and self.left < kept:
            standing = "unpaid"
        if standing == OK and not fact:
            standing = self._again() if self.handing and shown == "none" else self._shown(shown)
        if standing not in PASSED:
            self.disputed = self.disputed or fact
            return standing
        by_sent = standing == "sent" or (self.handing_to_sent and (fact or shown == "none"))
        self.handing, self.handing_to_sent = None, False
        if all_left:
            self.close("cancelled", "refused_at_desk", self.part)
            return OK
        too_much = self.part - kept
        self.held = {line: q - left.get(line, 0) for line, (_, q, _) in enumerate(self.lines)}
        for box in self.outgoing():
            box.where = "buyer"
        if left:
            self.boxes.append(Box(left, "waiting", "refused"))
        self.give_back(left)
        self.close("issued", "", too_much)
        self.issued_at = now
        self.sent_alive = self.sent_alive and not by_sent
        return OK

    def open_hand_over(self, at: str, shown: str, now: datetime) -> str:
        if self.place == at and self.handing:
            return OK
        standing = self._desk(at, now)
        if standing == OK:
            standing = self._shown(shown)
        if standing not in PASSED:
            return standing
        self.handing, self.handing_to_sent = now + ISSUE_WITHIN, standing == "sent"
        return OK

    def stop(self, *, buyer: bool) -> str:
        if not self.handing:
            return EITHER
        self.handing, self.handing_to_sent = None, False
        if buyer:
            self.disputed, self.sent_alive = True, False
            self.code, self.wrong, self.spent = self.code + 1, 0, 0
        return OK

    def handing_over_times_out(self, now: datetime) -> str:
        if self.handing and now >= self.handing:
            self.handing, self.handing_to_sent = None, False
        return OK

    def name_somebody(self) -> str:
        if not self.open or self.status == "awaiting_payment":
            return NO
        self.sent, self.sent_alive = self.sent + 1, True
        return OK

    def name_nobody(self) -> str:
        if not self.open:
            return EITHER
        self.sent_alive = False
        return OK

    def renew_code(self) -> str:
        if not self.open:
            return NO
        self.code, self.wrong, self.spent = self.code + 1, 0, 0
        return OK

    def correct(self, now: datetime, *, office: bool) -> str:
        if self.open:
            return EITHER
        untouched = self.outcome == "issued" and len(self.outgoing()) == len(self.boxes)
        if not (untouched and self.is_undone_in_time(now, office=office)):
            return NO
        self.outcome, self.held, self.claim, door = "", {}, {}, self.place == "door"
        self.status = "processing" if door else "ready_for_pickup"
        self.courier, self.called = ("with" if door else ""), False
        for box in self.boxes:
            box.where = "door" if door else "shelf"
        return OK

    # Storage.

    def extend(self) -> str:
        if self.status != "ready_for_pickup" or self.handing or self.extended:
            return NO
        assert self.deadline is not None
        self.deadline, self.extended = self.deadline + EXTENDED_BY, True
        self.term += EXTENDED_BY
        return OK

    def store(self, now: datetime, term: timedelta) -> None:
        """The time to come counts from when the buyer can be told."""
        self.told = self.begins = told_at(now)
        self.deadline, self.term, self.unreached = self.told + term, term, False

    def receipt(self, reason: str, now: datetime) -> str:
        """The message about the order arrives now, never, or nobody knows when."""
        if self.status != "ready_for_pickup" or self.unreached:
            return OK
        assert self.told is not None
        assert self.begins is not None
        latest = self.told + BEGINS_WITHIN
        at = min(now, latest) if reason == "message_delivered" else latest
        if reason == "message_not_delivered":
            self.term += EXTENDED_BY if self.was_reinstated else STORED_FOR
            self.unreached = True
        elif at - self.told > AT_ONCE:
            self.begins = max(self.begins, at)
        self.deadline = self.begins + self.term
        return OK

    def expire(self, now: datetime) -> str:
        ready = self.status == "ready_for_pickup" and not self.handing
        if ready and self.deadline is not None and now >= self.deadline:
            self.close("cancelled", "not_collected", self.part)
        return OK

    def reinstate(self, now: datetime) -> str:
        if self.open:
            return EITHER
        if self.reason != "not_collected" or not self.all_on_shelf():
            return NO
        refunds = [r for r in self.refunds if r.why == "not_collected" and r.state != "called off"]
        if any(refund.state != "started" for refund in refunds):
            return NO
        for refund in refunds:
            self.call_off(refund)
        self.status, self.outcome, self.reason = "ready_for_pickup", "", ""
        self.fee_kept = 0
        self.store(now, EXTENDED_BY)
        self.extended = self.was_reinstated = True
        return OK

    # The courier.

    def call(self, *, answered: bool) -> str:
        if not self.open or self.courier not in {"with", "slot", "failed"}:
            return NO
        self.called = self.called or answered
        return OK

    def agree(self, *, buyer: bool) -> str:
        if not self.open or self.courier == "out":
            return EITHER
        if self.courier not in {"with", "slot", "failed"}:
            return NO
        if not self.called and not buyer:
            return EITHER if self.courier == "slot" else NO
        self.courier = "slot"
        return OK

    def depart(self) -> str:
        if not self.open:
            return EITHER
        if self.courier not in {"slot", "out"}:
            return NO
        self.courier = "out"
        return OK

    def attempt(self, reason: str) -> str:
        if not self.open or self.courier in {"with", "failed"}:
            return EITHER
        if self.courier not in {"slot", "out"}:
            return NO
        self.courier, self.called = ("with" if reason == "no_attempt" else "failed"), False
        if reason == "refused":
            self.close("cancelled", "refused_at_desk", self.part)
        return OK

    def redirect(self, to: str, door: str) -> str:
        if not self.open:
            return EITHER
        there = self.door if to != "door" or not door else door
        if (to, there) == (self.place, self.door):
            return EITHER
        if (to == "door" and not there) or (self.is_due and to not in PAID_AT):
            return NO
        if all(box.where == "packed" for box in self.boxes):
            self.place, self.door = to, there
            return OK
        if self.courier not in {"with", "slot", "failed"} or to == "door":
            return NO
        self.place, self.courier, self.called = to, "", False
        for box in self.boxes:
            box.where = "van"
        return OK

    # The way back.

    def cancel(self, reason: str, lost: int | None = None) -> str:
        if not self.open:
            return NO if self.outcome in {"issued", "returned"} else OK
        if reason == "customer_request" and self.handing:
            return NO
        for box in self.named(lost) if reason == "lost" else ():
            box.where = "gone" if box.where != "packed" else "packed"
        self.close("cancelled", reason, self.part)
        return OK

    def claim_return(self, units: Units, now: datetime) -> str:
        if self.outcome != "issued" or not self.has(units):
            return EITHER
        if self.claim and self.claim == dict(units or self.with_buyer()):
            return EITHER
        if not self.in_time(now):
            return NO
        self.claim = dict(units or self.with_buyer())
        return OK

    def take_back(self, units: Units, now: datetime) -> str:
        units = units or dict(self.claim) or self.with_buyer()
        if self.outcome != "issued" or not self.has(units):
            return EITHER
        claimed = all(n <= self.claim.get(line, 0) for line, n in units.items())
        if not (claimed or self.in_time(now)):
            return NO
        for line, n in units.items():
            self.held[line] -= n
            self.claim[line] = max(0, self.claim.get(line, 0) - n)
        self.claim = {line: n for line, n in self.claim.items() if n}
        self.boxes.append(Box(dict(units), "waiting", "returned", self.give_back(units)))
        if not self.with_buyer():
            self.outcome, self.issued_at = "returned", now
        return OK

    def withdraw(self, which: int | None) -> str:
        if self.open:
            return NO
        unscanned = {"van"} if self.place != "door" else set[str]()
        coming = self.scanned(which, {"point", "shelf"}, unscanned)
        return OK if self.bring(coming, "waiting") else EITHER

    def receive(self, which: int | None, condition: str) -> str:
        if self.open:
            return NO
        on_way = {"waiting", "returning", "van", "door"}
        coming = self.scanned(which, on_way, {"point", "shelf"})
        returned = 0
        for box in coming:
            if box.whole or box.broken:
                continue  # the rest of it has to be listed
            box.where = "back" if condition == "restocked" else "gone"
            if condition == "restocked":
                self.put_back(box)
            returned += sum(map(sum, box.prices.values()))
            box.prices = {}
        self.refund(returned, "returned")
        return OK if coming else EITHER

    def receive_part(self, which: int, whole: Units, broken: Units) -> str:
        """Take in what came of a box so far: whole units, and broken ones."""
        box = self.boxes[which]
        here = Counter(box.units if box.where == "back" else box.whole)
        bad = Counter(box.units if box.where == "gone" else box.broken)
        listed = Counter(whole) + Counter(broken)
        if self.open or box.where in {"packed", "buyer"}:
            return NO
        if not listed <= Counter(box.units):
            return NO
        if Counter(whole) <= here and Counter(broken) <= bad:
            return EITHER
        if not (here <= Counter(whole) and bad <= Counter(broken)) or box.where == "gone":
            return NO
        back = self.unbox(box, Counter(whole) - here, Counter(broken) - bad)
        self.refund(back, "returned")
        return OK

    # The desk's list and its codes.

    def _desk(self, at: str, now: datetime) -> str:
        """Return the first reason of the desk's list for which nothing can be handed over."""
        if at != self.place:
            is_hidden = at != "door" and self.outcome and not self._may_come(at, now)
            return "unknown_order" if is_hidden else "wrong_point"
        if self.outcome in {"issued", "returned"}:
            return "already_issued"
        if self.outcome == "cancelled":
            return "expired" if self.reason == "not_collected" else "cancelled"
        if self.status == "awaiting_payment":
            return "unpaid"
        agreed = self.courier in {"slot", "out"}
        there = agreed if self.place == "door" else self.all_on_shelf()
        return OK if there else "not_ready"

    def _may_come(self, at: str, now: datetime) -> bool:
        """Return whether goods of a closed order may be brought to a point, or lie there."""
        brought = [box for box in self.boxes if box.kind == "returned" and box.where == "waiting"]
        if self.outcome not in {"issued", "returned"}:
            return False
        return bool(self.claim) or self.in_time(now) or (at == TAKEN_BACK_AT and bool(brought))

    def _again(self) -> str:
        if self.disputed:
            return "blocked"
        return "code_revoked" if self.handing_to_sent and not self.sent_alive else OK

    def _shown(self, shown: str) -> str:
        """Return what was shown if it opens the door, or why it does not, and count the try."""
        if self.disputed:
            return "blocked"
        if self.spent >= CODES:
            return "too_many_attempts"
        if shown == "none":
            return OK if self.asks[self.place] == "number" else "wrong_code"
        if shown == "right" or (shown == "sent" and self.sent_alive):
            return shown
        was_right = (shown == "sent" and self.sent) or (shown == "old" and self.code > 1)
        self.wrong += 1
        if self.wrong == TRIES:
            self.code, self.wrong, self.spent = self.code + 1, 0, self.spent + 1
            return "too_many_attempts"
        return "code_revoked" if was_right else "wrong_code"
