"""Text as nobody would send it: what steers terminals, hides itself, breaks markup, or is far too long."""

TITLE = "\x1b]0;pwned\x07"
CLIPBOARD = "\x1b]52;c;cHduZWQ=\x07"
CLEAR = "\x1b[2J\x1b[H"
C1 = "\x9b31m\x9d0;pwned\x9c"

TEXTS = {
    "title": f"a{TITLE}b",
    "clipboard": f"a{CLIPBOARD}b",
    "clear": f"a{CLEAR}b",
    "c1": f"a{C1}b",
    "controls": "a\x00\x07\x08\x0b\x0c\x0e\x7fb",
    "returns": "12 of 14\r99 of 99",
    "bidi": "a\u202egnp.exe\u2066b\u2069",
    "zero width": "a\u200bb\u200d\ufeffc\u00ad",
    "tabs": "a\tb\t\tc",
    "markup": "[/] [b]bold[/b] [@click=app.quit]go[/] [type=value_error, input={'q[0]':1}]",
    "wide": "収益は増加した 税前利益",
    "emoji": "👩\u200d👩\u200d👧 🏳️\u200d🌈 👍🏽 ✈️",
    "marks": "Z͑͗ͫͫ͗͆ȧ̷lgo",
    "surrogate": "\ud800 alone",
    "long": "x" * 1_000_000,
}
