"""A report as an SVG picture for the docs, with a bar for each budget.

Each bar has its own scale, as budgets differ in kind; the tick marks the budget. The picture loads
no fonts or styles and is readable on light and dark pages.
"""

import textwrap
from collections.abc import Iterator
from html import escape
from math import isnan

from gotovo.bench.report.table import budget_text, machine_text, plus_minus, shown, verdict
from gotovo.bench.run.results import Ratio, Report

WIDTH = 960
_MARGIN = 24
_TOP = 34
_LINE = 20
_BAR_WIDTH = 480
_TEXT_LEFT = _MARGIN + _BAR_WIDTH + 16
_BAR_HEIGHT = 14
_AFTER_BAR = 22
_HEADROOM = 1.1  # so that neither bar nor tick ends at the edge
_CHARACTERS_MAX = 110  # of a line: 8 pixels each, where the widest common font takes 7.6

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
    """Return the picture of a report's ratios; long texts are wrapped."""
    title = "What Gotovo does, measured against what the machine can do"
    drawn = [_text(_TOP, title, "title")]
    top = _TOP + _LINE
    for line in _wrapped(_about(report)):
        drawn.append(_text(top, line, "quiet"))
        top += _LINE
    for ratio in report.ratios:
        top += _LINE // 2
        for line in _wrapped(ratio.caption):
            drawn.append(_text(top + _LINE // 2, line))
            top += _LINE
        drawn += _bar(ratio, top)
        top += _BAR_HEIGHT + _AFTER_BAR
    top += _LINE // 2
    for line in _wrapped(machine_text(report.machine)):
        drawn.append(_text(top, line, "quiet"))
        top += _LINE
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img"',
            f'     aria-label="{escape(title)}">',
            f"<style>{_STYLE}</style>",
            f'<rect width="{WIDTH}" height="{top}" fill="var(--paper)"/>',
            *drawn,
            "</svg>\n",
        )
    )


def _bar(ratio: Ratio, top: int) -> Iterator[str]:
    bound = ratio.least if ratio.least is not None else ratio.most or 0.0
    value = 0.0 if isnan(ratio.value) else ratio.value
    full = max(value, bound) * _HEADROOM or 1.0
    tick = _MARGIN + _BAR_WIDTH * bound / full
    shape = f'x="{_MARGIN}" y="{top}" height="{_BAR_HEIGHT}" rx="3"'
    kind = "met" if ratio.met else "missed"
    yield f'<rect class="track" {shape} width="{_BAR_WIDTH}"/>'
    yield f'<rect class="{kind}" {shape} width="{_BAR_WIDTH * value / full:.1f}"/>'
    yield (
        f'<line class="tick" x1="{tick:.1f}" y1="{top - 4}" '
        f'x2="{tick:.1f}" y2="{top + _BAR_HEIGHT + 4}"/>'
    )
    value_text = f"{shown(ratio.value)}{' ×' if ratio.against else ''} {plus_minus(ratio.spread)}"
    text = f"{value_text.strip()}  ({budget_text(ratio)}: {verdict(ratio).lower()})"
    yield _text(top + 12, text, left=_TEXT_LEFT)


def _about(report: Report) -> str:
    dirty = " with changes" if report.dirty else ""
    return (
        f"gotovo {report.commit[:12]}{dirty}, {report.began_at:%Y-%m-%d}; "
        f"median of {report.rounds} rounds in turns; the tick is the budget"
    )


def _text(base: int, text: str, kind: str = "", left: int = _MARGIN) -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{left}" y="{base}"{style}>{escape(text)}</text>'


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _CHARACTERS_MAX)
