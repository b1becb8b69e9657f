r"""Tables in LaTeX: a `tabular`, a row a line, characters that mean something to TeX written as commands.

Other people's tables may be a `longtable` or `tabularx`, with rules, comments, accents, `\multicolumn` (repeated in
every column that it covers), `\multirow` (its text stands in the first row only), `\makecell` and font commands. What
a command that is not known here takes in braces stays as text, its name goes; `~` is a no-break space, and `$` goes.
"""

import re
from unicodedata import normalize

from core.errors import InputError
from core.records.tables import entities
from core.records.tables.grid import Grid, Spanning, spread

BEGIN = re.compile(r"\\begin\{(tabular\*?|tabularx|tabulary|longtable)\}")
END = re.compile(r"\\end\{(tabular\*?|tabularx|tabulary|longtable)\}")
_TOKEN = re.compile(
    r"""(?P<line_end>\\\\\*?(?:\[[^\[\]\\&]{0,40}\])?)  # perhaps with a distance
      |\\(?P<name>[a-zA-Z@]+)\*?\s*
      |\\(?P<accent>['`^"~])(?P<brace>\{)?(?P<letter>[a-zA-Z]?)(?(brace)\})
      |\\(?P<symbol>.)
      |%[^\n]*\n?[ \t]*
      |(?P<mark>[{}&~$])
      |(?P<text>[^\\%{}&~$]+|\\)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPTION = re.compile(r"\s*+(?:\[[^\[\]]{0,99}\]\s*)?")
_TRIM = re.compile(r"\([^()]{0,99}\)\s*")
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)
_NUMBER = re.compile(r"\s*([0-9]{1,5})\s*")
_MAX_COLUMNS = 1_000  # as in HTML

_ARGUMENTS = {  # how many arguments say how a thing looks, not what it says
    **dict.fromkeys(("toprule", "midrule", "bottomrule", "addlinespace", "makecell"), 0),
    **dict.fromkeys(("cline", "cmidrule", "color", "cellcolor", "rowcolor", "textcolor"), 1),
    **dict.fromkeys(("caption", "label", "vspace", "hspace", "noalign", "end"), 1),
    **dict.fromkeys(("multicolumn", "multirow", "rule"), 2),
    "specialrule": 3,
}
_PREAMBLE = {"tabular": 1, "tabular*": 2, "tabularx": 2, "tabulary": 2, "longtable": 1}
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}
# What a command stands for, as entities where `entities.decode` would take the character itself for something else.
_COMMANDS = (
    {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textbar": "|", "textless": "<"}
    | {"textgreater": ">", "textdollar": "$", "textunderscore": "_", "textquotedbl": '"', "textbullet": "•"}
    | {"textendash": "–", "textemdash": "—", "dots": "…", "ldots": "…", "textellipsis": "…", "textdegree": "°"}
    | {"pounds": "£", "textsterling": "£", "euro": "€", "texteuro": "€", "yen": "¥", "textyen": "¥"}
    | {"times": "×", "pm": "±", "copyright": "©", "textregistered": "®", "texttrademark": "™"}
    | {"quad": " ", "qquad": " ", "newline": "&#10;", "linebreak": "&#10;", "par": "&#10;"}
)
_SYMBOLS = {" ": "&#32;", "&": "&amp;"} | dict.fromkeys("\n\t,;:", " ") | dict.fromkeys("!/-()[]@", "")
_WRITTEN = str.maketrans(
    {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "\n": r"\newline{}"}
    | {blank: rf"\symbol{{{ord(blank)}}}" for blank in entities.WRITTEN}
    | {mark: "\\" + mark for mark in "&%$#_{}"}
)


def render(table: Grid) -> str:
    """A `tabular` of left-aligned columns, without rules."""
    rows = "".join(f"{_row(row)} \\\\\n" for row in table)
    return f"\\begin{{tabular}}{{{'l' * len(table[0])}}}\n{rows}\\end{{tabular}}"


def parse(text: str) -> Grid:
    r"""The first `tabular` in the text; what stands around it, such as `\begin{table}`, is not looked at.

    Raises:
        InputError: No `tabular`, one that is never closed, or one without cells.
    """
    begin = BEGIN.search(text)
    if begin is None:
        raise _refusal(r"It has no \begin{tabular}.")
    at = _skip(text, begin.end(), _PREAMBLE[begin[1]])
    return spread(_Reader(text).rows(at))


class _Reader:
    """Goes over the tokens once; all nesting is counted, none recursed into."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0  # braces and environments open
        self._rows: list[list[Spanning]] = []
        self._row: list[Spanning] = []
        self._cell: list[str] = []
        self._columns = 1
        self._body = 0  # the row after a longtable's heading

    def rows(self, at: int) -> list[list[Spanning]]:
        """The rows from `at` to the end of the environment."""
        while token := _TOKEN.match(self._text, at):
            at = token.end()
            match token.lastgroup:
                case "text":
                    self._cell.append(token[0])
                case "mark":
                    self._mark(token[0])
                case "line_end":
                    self._end_line()
                case "symbol":
                    self._cell.append(_SYMBOLS.get(token["symbol"], token["symbol"]))
                case "letter":
                    self._cell.append(_accented(token["accent"], token["letter"]))
                case "name" if token["name"] == "end" and not self._depth:
                    return self._finished()
                case "name":
                    at = self._command(token["name"], at)
        raise _refusal(r"It is never closed: an \end or a } is missing.")

    def _mark(self, mark: str) -> None:
        if mark == "{":
            self._depth += 1
        elif mark == "}":
            self._depth = max(0, self._depth - 1)
        elif mark == "~":
            self._cell.append("\u00a0")
        elif mark == "&" and self._depth:
            self._cell.append(" ")
        elif mark == "&":
            self._end_cell()

    def _command(self, name: str, at: int) -> int:
        """Where to go on after the command and its arguments."""
        match name:
            case "begin":
                self._depth += 1
                environment, at = _argument(self._text, at)
                return _skip(self._text, at, _PREAMBLE.get(environment, 0))
            case "end":
                self._depth -= 1
            case "symbol":
                number, at = _argument(self._text, at)
                self._cell.append(f"&#{_whole(number)};")
            case "multicolumn":
                number, _ = _argument(self._text, at)
                self._columns = min(max(1, _whole(number)), _MAX_COLUMNS)
            case "tabularnewline" | "cr":
                self._end_line()
            case "endfirsthead" | "endhead" | "endfoot" | "endlastfoot":
                self._end_heading()
            case _:
                self._cell.append(_COMMANDS.get(name, ""))
        if name in _ARGUMENTS:
            trim = _TRIM.match(self._text, at) if name == "cmidrule" else None
            at = _skip(self._text, trim.end() if trim else at, _ARGUMENTS[name])
        return at

    def _end_cell(self) -> None:
        self._row.append(Spanning(entities.decode("".join(self._cell)), self._columns))
        self._cell.clear()
        self._columns = 1

    def _end_line(self) -> None:
        if self._depth:
            self._cell.append("&#10;")
            return
        self._end_cell()
        self._rows.append(self._row)
        self._row = []

    def _end_heading(self) -> None:
        r"""A `longtable` gives its heading once for the first page and again for the others, then its feet."""
        if self._body:
            del self._rows[self._body :]
        self._rows = [row for row in self._rows if any(cell.text for cell in row)]  # not that of the \caption
        self._body = len(self._rows)

    def _finished(self) -> list[list[Spanning]]:
        if self._row or "".join(self._cell).strip(entities.BLANKS):
            self._end_line()
        return self._rows


def _skip(text: str, at: int, count: int) -> int:
    """Where the text goes on after `count` arguments and the options in brackets before each."""
    end = _after_option(text, at)
    for _ in range(count):
        _, at = _argument(text, end)
        end = _after_option(text, at)
    return at if count else end


def _after_option(text: str, at: int) -> int:
    option = _OPTION.match(text, at)
    return option.end() if option else at


def _argument(text: str, at: int) -> tuple[str, int]:
    """What stands in the braces at `at` (or the star, as `\\multirow` takes one), and where they end."""
    if text.startswith("*", at):
        return "*", at + 1
    if not text.startswith("{", at):
        return "", at
    depth = 0
    for brace in _BRACE.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return text[at + 1 : brace.start()], brace.end()
    raise _refusal("A brace is never closed.")


def _whole(number: str) -> int:
    digits = _NUMBER.fullmatch(number)
    return int(digits[1]) if digits else 1


def _accented(accent: str, letter: str) -> str:
    return normalize("NFC", letter + _ACCENTS[accent]) if letter else accent


def _row(cells: tuple[str, ...]) -> str:
    row = " & ".join(map(_written, cells))
    # After the \\ of the row before, TeX would take these for its star or its distance.
    return f"{{{row[0]}}}{row[1:]}" if row.startswith(("[", "*")) else row


def _written(cell: str) -> str:
    return entities.keep_edges(cell.translate(_WRITTEN), "\\ ")


def _refusal(why: str) -> InputError:
    return InputError("This is not a table in LaTeX.", why=why)
