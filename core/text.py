"""Words and numbers as every screen and every plain command writes them."""

import difflib
import itertools
import math
import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

_GAP = 2  # blanks between two columns of a table
_EIGHTHS = "▏▎▍▌▋▊▉"
_LONG = 1e9  # from here on a number with decimals is written as a power of ten
_NARROWEST = 8  # characters that a column of text keeps
_PICTURE_OF = 0x2400  # Unicode's Control Pictures: ␀ … ␟ stand in the order of the C0 controls
_INVISIBLE = (0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
              *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080))  # fmt: skip
_OF_UNSURE_WIDTH = (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400))  # terminals disagree on what these do to emoji
_GLYPHS: dict[int, int | str | None] = {
    **{code: _PICTURE_OF + code for code in range(0x20)},
    0x7F: 0x2421,  # ␡
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),  # C1 controls have no pictures
    **dict.fromkeys(_INVISIBLE, 0x2426),  # what reorders, joins or hides text: ␦
    **dict.fromkeys(_OF_UNSURE_WIDTH),  # left out: a line must be as wide as it was counted
}
_WITH_BREAKS = {code: glyph for code, glyph in _GLYPHS.items() if code != 0x0A} | {0x09: "    "}


def visible(text: str, *, breaks: bool = False) -> str:
    """Text from outside as it may reach a terminal: every control character as a visible picture.

    Args:
        text: Anything a file or a service sent.
        breaks: Keep line breaks (and widen tabs) instead of picturing them.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = text.translate(_WITH_BREAKS if breaks else _GLYPHS)
    return shown.encode("utf-8", "replace").decode() if not _encodable(shown) else shown


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, legal in JSON
        return False
    return True


def clip(text: str, width: int) -> str:
    """At most `width` characters, the last one `…` where something was cut."""
    if len(text) <= width:
        return text
    return text[: width - 1] + "…" if width > 0 else ""


def count(number: int, one: str = "", many: str = "") -> str:
    """`1,668`, `1 job`, `2 jobs`; `many` is `one` + s unless given."""
    if not one:
        return f"{number:,}"
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def money(dollars: float | None, unit: str = "") -> str:
    """`$1.90`, `$0.0042`, `$16.20/h`; None is `unknown`, never a made-up figure."""
    if dollars is None:
        return "unknown"
    small = 0 < abs(dollars) < 0.01
    return f"${dollars:,.4f}{unit}" if small else f"${dollars:,.2f}{unit}"


def number(value: float) -> str:
    """A parameter's value as one types it: `1e-05` as `1e-5`, `2.0` as `2`, `0.001` as it is."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if abs(value) < 1e-3:
        mantissa, exponent = f"{value:.10e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.10g}"


def duration(seconds: float) -> str:
    """`0.4 s`, `41 s`, `4m03`, `1h12`, `3 d`: the two largest units, no more."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}"
    if whole < 48 * 3600:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}"
    return f"{whole // 86400} d"


def when(moment: datetime, now: datetime) -> str:
    """A past moment in local time: `14:02` today, `30 May 14:02` before, with the year when it differs."""
    local, today = moment.astimezone(), now.astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if today - local < timedelta(days=300):
        return f"{local.day} {local:%b %H:%M}"
    return f"{local:%Y-%m-%d}"


def decimal(value: float, places: int) -> str:
    """A number with so many digits after the point, and as a power of ten where it is long; or `nan`, or `inf`."""
    return f"{value:.{places}{'e' if _LONG <= abs(value) < math.inf else 'f'}}"


def bar(share: float, width: int) -> str:
    """A bar of block characters, exact to an eighth of a cell.

    Args:
        share: Of the longest bar, 0 to 1; what is outside counts as the nearer end, and NaN as nothing.
        width: Cells of the longest bar.
    """
    if math.isnan(share):
        return ""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8 - 1] if eighths % 8 else "")


def plain_table(
    head: list[str], rows: list[list[str]], *, right: frozenset[int] = frozenset(), width: int | None = None
) -> str:
    """Columns aligned with two spaces between them, for plain commands.

    Args:
        head: Column titles.
        rows: Cells as text, one list a row.
        right: Numbers of the columns that align right.
        width: Of the terminal that it is for: what is wider breaks between words, the widest columns first.
    """
    grid = [head, *([visible(cell) for cell in row] for row in rows)]
    widths = [max(_cells(row[column]) for row in grid) for column in range(len(head))]
    if width is not None:
        _narrow(widths, right, width - _GAP * (len(head) - 1))
        grid = [line for row in grid for line in _broken(row, widths)]
    lines = (
        (" " * _GAP)
        .join(
            _filled(cell, width, right=column in right)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        .rstrip()
        for row in grid
    )
    return "\n".join(lines)


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes: two for a wide character, none for a mark on the one before."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text
    )


def _filled(cell: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _cells(cell))
    return gap + cell if right else cell + gap


def _narrow(widths: list[int], right: frozenset[int], room: int) -> None:
    """Takes from the widest columns what there is no room for; numbers stay whole."""
    able = [column for column in range(len(widths)) if column not in right]
    while sum(widths) > room and able:
        widest = max(able, key=lambda column: widths[column])
        if widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1


def _broken(row: list[str], widths: list[int]) -> list[list[str]]:
    """A row on as many lines as its cells need."""
    cells = [
        [cell]
        if (size := _cells(cell)) <= width
        else textwrap.wrap(cell, width * len(cell) // size or 1, break_on_hyphens=False)
        for cell, width in zip(row, widths, strict=True)
    ]
    return [list(line) for line in itertools.zip_longest(*cells, fillvalue="")]


def nearest(name: str, known: Sequence[str], *, otherwise: str) -> str:
    """What to do about a name that nobody knows: `Did you mean answer?`, else a list of all there are.

    Args:
        name: As typed.
        known: The names there are.
        otherwise: What the list begins with.
    """
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"{otherwise}: {', '.join(known)}"
