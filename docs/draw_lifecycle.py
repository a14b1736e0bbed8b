"""Draws the diagrams of docs/concepts/lifecycle.md: `python -m docs.draw_lifecycle`.

The arrows are the transitions that `tests/support/order/exploration.py` has seen the real `decide`
make. Tests compare each of them with `lifecycle.TABLE`, and the diagrams with the transitions.
"""  # noqa: INP001  (a script beside its pages, no package)

from collections import defaultdict
from pathlib import Path

from gotovo.order.values.order import Stage
from gotovo.order.values.status import STATUS_OF
from tests.support.order.exploration import transitions

PAGE = Path(__file__).parent / "concepts/lifecycle.md"
_BEGIN = "<!-- drawn by docs/draw_lifecycle.py: {} -->\n"
_END = "<!-- end of {} -->\n"
_TITLES = {
    "awaiting_payment": "Ожидает оплаты",
    "processing": "В обработке",
    "ready_for_pickup": "Готово к выдаче",
    "closed": "Выдано",
}

Move = tuple[Stage | None, str, Stage]


def drawn(page: str) -> str:
    """Return the page with its diagrams redrawn and its text unchanged."""
    moves = transitions(imported=False)
    forward = [move for move in moves if _is_forward(move)]
    back = [move for move in moves if not _is_forward(move)]
    page = _put(page, "the way to the buyer", _way_there(forward))
    return _put(page, "the way back", _way_back(back))


def _is_forward(move: Move) -> bool:
    before, _, after = move
    ends_well = after is Stage.ISSUED or STATUS_OF[after] != "closed"
    return ends_well and before not in {Stage.TURNED_ROUND, Stage.CANCELLED}


def _way_there(moves: list[Move]) -> str:
    """Return a flow chart with a box for every status that contains its stages."""
    lines = ["flowchart TB", "  start(( ))"]
    for status, title in _TITLES.items():
        lines.append(f'  subgraph {status}["{title} · {status}"]')
        stages = {stage for before, _, after in moves for stage in (before, after)}
        lines += [f"    {s}" for s in Stage if s in stages and STATUS_OF[s] == status]
        lines.append("  end")
    return _chart([*lines, *_arrows([(str(b or "start"), step, a) for b, step, a in moves])])


def _way_back(moves: list[Move]) -> str:
    """Return a flow chart in which stages with the same outgoing arrows share a box."""
    ways: defaultdict[Stage, list[tuple[str, Stage]]] = defaultdict(list)
    for before, step, after in moves:
        if before is not None:
            ways[before].append((step, after))
    together: defaultdict[tuple[tuple[str, Stage], ...], list[Stage]] = defaultdict(list)
    for stage, out in ways.items():
        together[tuple(out)].append(stage)
    lines = ["flowchart LR"]
    arrows: list[tuple[str, str, Stage]] = []
    for out, stages in together.items():
        lines.append(f'  {stages[0]}["{"<br>".join(stages)}"]')
        arrows += [(stages[0], step, after) for step, after in out]
    return _chart([*lines, *_arrows(arrows)])


def _arrows(moves: list[tuple[str, str, Stage]]) -> list[str]:
    """Return one arrow for each pair of stages, labelled with every step that goes there."""
    steps: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for before, step, after in moves:
        steps[before, after].append(step)
    return [f"  {b} -->|{'<br>'.join(names)}| {a}" for (b, a), names in steps.items()]


def _chart(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```", ""])


def _put(page: str, name: str, diagram: str) -> str:
    begin, end = _BEGIN.format(name), _END.format(name)
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    return head + begin + diagram + end + tail


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
