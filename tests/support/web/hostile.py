"""Five hundred texts that try to become a script, made of how such texts are made.

Each breaks out of one kind of place, then runs something, and may be disguised. If any runs,
`window.ran` is set or a dialog opens.
"""

from collections.abc import Callable
from html import escape
from itertools import cycle, product
from typing import Final

COUNT: Final = 500

_BREAKS: Final = (
    "",
    '"',
    "'",
    '">',
    "'>",
    '"/>',
    "-->",
    "]]>",
    "</title>",
    "</textarea>",
    "</style>",
    "</script>",
    "</option></select>",
    "`",
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "\\",
    "&quot;>",
    "&#34;&gt;",
)

_RUNS: Final = (
    "<script>{run}</script>",
    "<script src=data:,{run}></script>",
    "<img src=x onerror={run}>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<body onload={run}>",
    "<input autofocus onfocus={run}>",
    "<details open ontoggle={run}>",
    "<video><source onerror={run}></video>",
    "<audio src=x onerror={run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'>",
    "<iframe src=javascript:parent.{run}>",
    "<object data=javascript:{run}>",
    "<a href=javascript:{run} autofocus onfocus={run}>x</a>",
    "<form action=javascript:{run}><button autofocus onfocus={run}>x</button></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror={run}>",
    "<template shadowrootmode=open><img src=x onerror={run}></template>",
    "<marquee onstart={run}>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<base href=javascript:{run}//>",
    "<link rel=stylesheet href=data:text/css,*{{x:y}} onload={run}>",
    " onmouseover={run} autofocus onfocus={run} x=",
    "javascript:{run}",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
)

_DISGUISES: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: text,
    lambda text: text.replace("script", "ScRiPt").replace("img", "IMG"),
    lambda text: text.replace("<", "<\t") if "<svg" in text else text.replace(" ", "/"),
    lambda text: text.replace("onerror", "onerror\n").replace("onload", "onload\t"),
    escape,
    lambda text: text.replace("<", "＜").replace("'", "ʼ"),
    lambda text: text.replace("window", "\\u0077indow"),
    lambda text: f"<<{text.removeprefix('<')}",
)


def hostile_texts() -> list[str]:
    """Return as many different texts, always the same; none is longer than 200 characters."""
    disguises = cycle(_DISGUISES)
    texts = [
        begin + next(disguises)(run.format(run="window.ran=1"))
        for begin, run in product(_BREAKS, _RUNS)
    ]
    assert len(set(texts)) == COUNT
    return texts
