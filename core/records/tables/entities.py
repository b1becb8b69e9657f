"""A cell's text between markup: entities, line breaks, and the white space that is only layout.

HTML and Markdown share one rule, and LaTeX is brought to it. White space at a cell's edges, and any run of it that
holds a line break or a tab, is how the source is laid out and not part of the cell; where a cell does hold such
characters, they are written as entities. Blanks inside a cell stay as they are.
"""

import re
from functools import lru_cache
from html import unescape

BLANKS = " \t\n\r\f"
"""What HTML calls white space; a no-break space is a character like any other."""

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
"""An entity as CommonMark takes it: with its semicolon, and no number of a thousand digits."""

WRITTEN = {"\t": "&#9;", "\f": "&#12;", "\r": "&#13;"}
"""White space that would pass for layout."""

_LAYOUT = re.compile(r"(?<! ) *+[\t\n\r\f][ \t\n\r\f]*")  # begins a run only, so a long run is read once


def decode(markup: str) -> str:
    """The text that a cell's markup stands for."""
    text = _LAYOUT.sub(" ", markup).strip(BLANKS)
    return ENTITY.sub(lambda entity: _character(entity[0]), text) if "&" in text else text


def keep_edges(text: str, blank: str = "&#32;") -> str:
    """The text with the blanks at its edges written as `blank`, so that they are not taken for layout."""
    body = text.strip(" ")
    if len(body) == len(text):
        return text
    before = len(text) - len(text.lstrip(" "))
    return blank * before + body + blank * (len(text) - before - len(body))


@lru_cache(maxsize=256)
def _character(entity: str) -> str:
    return unescape(entity)
