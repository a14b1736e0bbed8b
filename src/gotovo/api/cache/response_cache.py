"""Answers about orders, kept for who asks again and never told once they are not true any more.

Before a kept answer is told, the journal is looked at: whatever was recorded since the look
before drops the answers about that order and that buyer. Askers share a look, as commands share a
commit; it begins after each of them asked, so everyone sees what was committed before. Nothing is
missed, because positions have no gaps and follow the order of commits.

That takes one lane. On a cluster, where every home has its own, nothing is kept.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from http import HTTPStatus

from gotovo.api.answer import Answer
from gotovo.engine.ports import Touched
from gotovo.store.reads.dataloader import Gathering

KEPT_BYTES_MAX = 16 * 2**20
"""What is kept at most: some 600 lists of twenty orders, or 8,000 timelines."""

LOOK_EVENTS_MAX = 1_000
"""Events of one look. Whoever is further behind than that begins anew: to go through more would
cost more than to read again what is asked for."""

TOUCHED_MAX = 20_000
"""Subjects remembered with their last event, so that an answer that was being made meanwhile is
not kept: as many as a busy ten seconds touch, and no read takes that long."""

Look = Callable[[int, int | None, int], Awaitable[Touched]]
"""Reads what was recorded in a lane after a position, so many events at most."""

_UNKNOWN = -1


class KeptAnswers:
    """The newest answers, by what they are about: an order's number, or a customer's id."""

    def __init__(self, look: Look, lanes: Sequence[int] = (0,)) -> None:
        """Begin with nothing; the first asker looks where the journal ends."""
        self._look = look
        self._lane = lanes[0] if len(lanes) == 1 else None
        self._looking = Gathering(self._looked)
        self._kept: dict[str, dict[Hashable, bytes]] = {}
        self._touched: dict[str, int] = {}
        self._position = _UNKNOWN
        self._remembered_from = _UNKNOWN
        self.bytes = 0

    async def answer(
        self, subject: str, form: Hashable, make: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Return the answer as it would be made now; `form` is all that it depends on but time."""
        if self._lane is None:
            return await make()
        if self._position == _UNKNOWN or self._find(subject, form) is not None:
            await self._looking.get(self._lane)
            found = self._find(subject, form)
            if found is not None:
                return Answer(HTTPStatus.OK, found)
        began = self._position
        answer = await make()
        if answer.status == HTTPStatus.OK:
            self._keep(subject, form, answer.body, began)
        return answer

    def _find(self, subject: str, form: Hashable) -> bytes | None:
        forms = self._kept.get(subject)
        return None if forms is None else forms.get(form)

    def _keep(self, subject: str, form: Hashable, body: bytes, began: int) -> None:
        """Keep an answer, unless something may have happened since its making began."""
        if began < self._remembered_from or self._touched.get(subject, _UNKNOWN) > began:
            return
        forms = self._kept.pop(subject, {})
        self.bytes += len(body) - len(forms.get(form, b""))
        forms[form] = body
        self._kept[subject] = forms
        while self.bytes > KEPT_BYTES_MAX:
            self._drop(next(iter(self._kept)))

    def _drop(self, subject: str) -> None:
        self.bytes -= sum(map(len, self._kept.pop(subject, {}).values()))

    async def _looked(self, lanes: Sequence[int]) -> dict[int, None]:
        """Drop what is not true any more. Two looks may end in either order: both are right."""
        after = None if self._position == _UNKNOWN else self._position
        touched = await self._look(lanes[0], after, LOOK_EVENTS_MAX)
        if after is None or len(touched.events) == LOOK_EVENTS_MAX:
            self._begin_anew(touched.head)
        for each in touched.events:
            self._touch(each.number, each.position)
            self._touch(each.customer, each.position)
        self._position = max(self._position, touched.head)
        return dict.fromkeys(lanes)

    def _begin_anew(self, position: int) -> None:
        """Forget everything: what happened up to this position is not known one by one."""
        self._kept.clear()
        self._touched.clear()
        self.bytes = 0
        self._remembered_from = max(self._remembered_from, position)

    def _touch(self, subject: str, position: int) -> None:
        self._drop(subject)
        self._touched[subject] = max(position, self._touched.pop(subject, position))
        if len(self._touched) > TOUCHED_MAX:
            self._remembered_from = max(
                self._remembered_from, self._touched.pop(next(iter(self._touched)))
            )
