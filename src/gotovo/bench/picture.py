"""A report as a picture for the docs: a bar a budget, drawn by hand as SVG.

Bars are on one scale each, since budgets differ by nature; the tick is where the budget lies. It
needs no font and no style from elsewhere and is readable on light and dark pages.
"""

from collections.abc import Iterator
from html import escape
from math import isnan

from gotovo.bench.figure import Ratio, Report
from gotovo.bench.table import about_machine, budget_in_words, plus_minus, shown, verdict

WIDTH = 960
_MARGIN = 24
_ROW = 52
_HEAD = 76
_FOOT = 44
_BAR_LEFT = 24
_BAR_WIDTH = 560
_WORDS_LEFT = 608
_BAR_HEIGHT = 14
_CHARACTERS_MAX = 128

_STYLE = """
    svg { color-scheme: light dark; background: var(--paper);
          --paper: #fff; --ink: #1c1f23; --quiet: #5b636d; --track: #e8ebee;
          --met: #2f7d4f; --missed: #b3432b; --tick: #1c1f23 }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #15181c; --ink: #eceff2; --quiet: #a3abb5; --track: #2a3037;
            --met: #58b882; --missed: #e67a61; --tick: #eceff2 } }
    text { font: 14px system-ui, sans-serif; fill: var(--ink) }
    .title { font-size: 18px; font-weight: 600 }
    .quiet { font-size: 12px; fill: var(--quiet) }
    .track { fill: var(--track) }
    .met { fill: var(--met) }
    .missed { fill: var(--missed) }
    .tick { stroke: var(--tick); stroke-width: 2 }
"""


def picture(report: Report) -> str:
    """Return the picture of a report's ratios."""
    height = _HEAD + _ROW * len(report.ratios) + _FOOT
    title = "What Gotovo does, measured against what the machine can do"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"',
        f'     aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="var(--paper)"/>',
        _text(_MARGIN, 32, title, "title"),
        _text(_MARGIN, 54, _about(report), "quiet"),
    ]
    for index, ratio in enumerate(report.ratios):
        lines += _row(ratio, _HEAD + index * _ROW)
    lines.append(_text(_MARGIN, height - 18, _cut(about_machine(report.machine)), "quiet"))
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def _row(ratio: Ratio, top: int) -> Iterator[str]:
    bound = ratio.least if ratio.least is not None else ratio.most
    value = 0.0 if isnan(ratio.value) else ratio.value
    full = max(value, bound or 0.0) * 1.1 or 1.0
    length, tick = _BAR_WIDTH * value / full, _BAR_LEFT + _BAR_WIDTH * (bound or 0.0) / full
    bar = top + 22
    kind = "met" if ratio.met else "missed"
    yield _text(_BAR_LEFT, top + 14, ratio.caption)
    yield f'<rect class="track" x="{_BAR_LEFT}" y="{bar}" width="{_BAR_WIDTH}"{_round()}/>'
    yield f'<rect class="{kind}" x="{_BAR_LEFT}" y="{bar}" width="{length:.1f}"{_round()}/>'
    yield (
        f'<line class="tick" x1="{tick:.1f}" y1="{bar - 4}" '
        f'x2="{tick:.1f}" y2="{bar + _BAR_HEIGHT + 4}"/>'
    )
    yield _text(_WORDS_LEFT, top + 14, f"{_told(ratio)} {plus_minus(ratio.spread)}".strip())
    said = f"{budget_in_words(ratio)}: {verdict(ratio).lower()}"
    yield _text(_WORDS_LEFT, bar + 12, said, "quiet")


def _told(ratio: Ratio) -> str:
    """Return the figure, as so many times its limit where it has one."""
    return f"{shown(ratio.value)} ×" if ratio.against else shown(ratio.value)


def _about(report: Report) -> str:
    dirty = " with changes" if report.dirty else ""
    return _cut(
        f"gotovo {report.commit[:12]}{dirty}, {report.began_at:%Y-%m-%d}; "
        f"median of {report.rounds} rounds in turns; the tick is the budget"
    )


def _round() -> str:
    return f' height="{_BAR_HEIGHT}" rx="3"'


def _text(left: float, base: float, words: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{left}" y="{base}"{style}>{escape(words)}</text>'


def _cut(words: str) -> str:
    """Return words that fit into the width; longer ones end in dots."""
    return words if len(words) <= _CHARACTERS_MAX else words[: _CHARACTERS_MAX - 1] + "…"
