"""A thousand texts that try to be more than text: markup, scripts, Markdown, formulas, invisible and turning characters.

Made, not collected: every way of running something is combined with every way of hiding it. Always the same.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

_RUNS = "window.hacked=1"
_FAR = "//evil.example/x"

_TAGS = """img svg body video audio iframe object embed input button details marquee math table style link meta
base form textarea select isindex template slot portal dialog script noscript title xmp plaintext
""".split()
_HANDLERS = """onerror onload onclick onfocus onmouseover onanimationstart ontoggle onbegin onpointerenter
onauxclick oncut onwheel
""".split()
_SCHEMES = (
    "javascript:",
    "JaVaScRiPt:",
    "java\tscript:",
    "java\nscript:",
    "&#106;avascript:",
    "&#x6A&#x61;vascript:",
    "javascript&colon;",
    "data:text/html,<script>",
    "vbscript:",
    "\x01javascript:",
    "//evil.example/",
    "https://evil.example/",
)
_WRAPS = (
    "{}",
    '">{}',
    "'>{}",
    "</textarea>{}",
    "</title></style></script>{}",
    "-->{}<!--",
    "]]>{}",
    "`{}`",
    "**{}**",
    "> {}",
    "1. {}",
    "    {}",
    "| a | b |\n|---|---|\n| {} | x |",
    "```html\n{}\n```",
    "<!--[if IE]>{}<![endif]-->",
    "&lt;{}&gt;",
    "\\{}",
    "$${}$$",
)
_MARKDOWN = (
    "# one\n## two",
    "*n*=12 and __x__ and ~~5~~",
    "![a picture](https://evil.example/p.png)",
    "[a link](javascript:window.hacked=1)",
    "[ref]\n\n[ref]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/?q=1",
    "a\n===\nb\n---",
    "- [ ] one\n- [x] two",
    "[^1]\n\n[^1]: note",
    ":::warning\nx\n:::",
    "a  \nb\\\nc",
    "***\n___",
    "\\*not bold\\*",
    "&copy; &#60; &amp;lt; &NotEqualTilde;",
)
_FORMULAS = (
    "$x^2$",
    "$$\\href{javascript:window.hacked=1}{x}$$",
    "\\(\\unicode{60}script\\)",
    "\\[\\includegraphics{https://evil.example/x}\\]",
    "$$\\def\\a{\\a\\a}\\a$$",
    '```mermaid\ngraph TD; A-->B; click A href "javascript:window.hacked=1"\n```',
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {% raw %}",
    "%s %n {0} {__class__}",
    "'; DROP TABLE studies; --",
    "../../../../etc/passwd\x00.png",
)
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u3164\u115f"
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_CONTROLS = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), *range(127, 160)]))
_SCRIPTS = (
    "שלום עולם",
    "مرحبا بالعالم",
    "針灸對背痛有用嗎",
    "ไทย",
    "👩‍⚕️🏽🇩🇪",
    "e\u0301\u0302\u0303" * 9,
    "ﷺ",
    "𝕳𝖎𝖕",
    "ｆｕｌｌ",
    "İıſK",
    "\u2028line\u2029end",
)


def _markup() -> Iterator[str]:
    for tag, handler in itertools.product(_TAGS, _HANDLERS):
        yield f"<{tag} src=x {handler}={_RUNS}>"
    for tag, scheme in itertools.product(("a", "iframe", "form", "object", "svg"), _SCHEMES):
        for name in ("href", "src", "action", "data", "xlink:href"):
            yield f'<{tag} {name}="{scheme}{_RUNS}">x</{tag}>'
    yield f"<script src={_FAR}></script>"
    yield f"<style>@import '{_FAR}'; *{{display:none}}</style>"
    yield f'<div style="position:fixed;inset:0;background:url({_FAR})">x</div>'
    yield f"<meta http-equiv=refresh content='0;url={_FAR}'>"
    yield f"<svg><script>{_RUNS}</script></svg>"
    yield f"<math><mtext><table><mglyph><style><img src=x onerror={_RUNS}>"
    yield f"<noscript><p title='</noscript><img src=x onerror={_RUNS}>'>"


def _unseen() -> Iterator[str]:
    for one in _INVISIBLE + _TURNING + _CONTROLS:
        yield f"before{one}after"
        yield f"{one}<b>{one}</b>{one}"
    yield f"abc{_TURNING}def"
    yield f"abc{_CONTROLS}def"


def hostile(count: int = 1000) -> tuple[str, ...]:
    """`count` different texts of 500 characters at most, none of them blank; the same ones each time."""
    chance = random.Random(1)  # noqa: S311 - a fixed choice, no secret
    plain = [*_MARKDOWN, *_FORMULAS, *_SCRIPTS, *_unseen()]
    markup = list(_markup())
    wrapped = (wrap.replace("{}", chance.choice(markup), 1) for wrap in itertools.cycle(_WRAPS))
    mixed = (
        "".join(chance.choices([*plain, *markup, " ", "\n", "\t"], k=chance.randint(2, 5)))
        for _ in itertools.count()
    )
    found = dict.fromkeys(plain)
    for one, other in zip(wrapped, mixed, strict=False):
        found.update(dict.fromkeys(text[:500].strip() for text in (one, other)))
        if len(found) >= count + 1:
            break
    return tuple(one for one in found if one.strip())[:count]


def shown(text: str) -> str:
    """How a text stands on the page: letter for letter, what turns the text or cannot be seen as an escape.

    Written from the rule, not from the code: C0 and C1 controls but tab and line feed, and the marks that embed,
    override or isolate a direction.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = {*_CONTROLS, "\x00", *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
    return "".join(f"\\u{ord(one):04x}" if one in hidden else one for one in lines)
