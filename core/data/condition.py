"""One SQL condition, read by sqlglot into polars expressions.

Importing this takes 0.1 s, so it is imported when somebody filters. A word that is no part of a condition's grammar
is a column or a function, whatever else SQL takes it for: no query, alias or parameter ever reaches the parser.
"""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import polars as pl
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from core.data.condition_functions import FUNCTIONS, REPLACED, TYPES
from core.data.condition_nodes import SHOWN, Builder, balanced, invalid, no_place, operands
from core.data.dataset import TEXTS
from core.errors import TypedError
from core.text import clip, count, nearest, visible

_CHARACTERS = 200_000
_TOKENS = 10_000  # 2,500 comparisons, or a list of 5,000 values; read in 0.2 s
_NESTING = 30  # of brackets, NOT, CASE: sqlglot takes 20 frames for a bracket, and Python allows 1,000

_GRAMMAR = {
    *("and", "or", "not", "is", "in", "like", "ilike", "between", "rlike", "regexp", "distinct"),
    *("null", "true", "false", "case", "when", "then", "else", "end"),
}
_QUERY = {
    *("select", "exists", "over", "from", "union", "intersect", "except", "with", "values", "limit"),
    *(";", "$", "`", "--", "/*"),
}
_SIGNS = {
    *("(", ")", ",", "=", "==", "!=", "<>", "<", "<=", ">", ">=", "<=>", "+", "-", "*", "/", "%", "||"),
    *("~", "~*", "~~", "~~*", "!", "^@", "::", "."),
}
_NEGATABLE = {"~", "~*", "~~", "~~*"}  # what `!` may stand before
_SHIFTS = {("<", "<"), (">", ">")}  # sqlglot takes two signs for one
_INSTEAD = {"//": "FLOOR(a / b)", "&&": "AND", "[": "IN (…) for a list, double quotes for a column"}
_STRANGE = {  # texts that hide how they are read
    *(TokenType.BYTE_STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING, TokenType.BIT_STRING),
    *(TokenType.HEX_STRING, TokenType.NATIONAL_STRING, TokenType.UNICODE_STRING),
}


@dataclass(frozen=True)
class Condition:
    """A condition, read.

    Attributes:
        facts: What it asks of facts alone, if anything.
        texts: What it asks beside that, which needs the rows' texts; both have to hold.
        unequal: Columns that it compares by `<>`, which leaves out rows without a value.
    """

    facts: pl.Expr | None
    texts: pl.Expr | None
    unequal: tuple[str, ...]


def read_condition(text: str, columns: tuple[str, ...] | None) -> Condition:
    """Reads a condition. Stays within `core.data`.

    Args:
        text: As typed.
        columns: The names that it may use; None for any.

    Raises:
        TypedError: It is not one condition over these columns, or too large, too deep or too costly; says where.
    """
    tokens = _tokens(text, columns)
    builder = Builder(text, columns)
    facts: list[pl.Expr] = []
    texts: list[pl.Expr] = []
    for each in builder.expressions(operands(_tree(tokens, text), exp.And)):
        (texts if set(each.meta.root_names()) & set(TEXTS) else facts).append(each)
    return Condition(_all(facts), _all(texts), tuple(builder.unequal))


def _all(expressions: Sequence[pl.Expr]) -> pl.Expr | None:
    return balanced(expressions, operator.and_) if expressions else None


# Words and signs


class _Tokenizer(Postgres.Tokenizer):
    COMMANDS: ClassVar[set[TokenType]] = set()  # `show = 1` is no command whose rest is a text


def _tokens(text: str, columns: tuple[str, ...] | None) -> list[Token]:
    """A condition's words and signs, held to what a condition may be made of."""
    if len(text) > _CHARACTERS:
        raise TypedError(
            f"This filter is too long: {count(len(text))} characters, of at most {count(_CHARACTERS)}",
            todo="Shorten it",
            text=text,
            at=_CHARACTERS,
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise no_place(text, error.start, visible(text[error.start])) from error
    try:
        tokens = _Tokenizer(dialect=Postgres()).tokenize(text)
    except TokenError as error:
        raise _unclosed(text) from error
    _check_gaps(text, tokens)
    if len(tokens) > _TOKENS:
        raise TypedError(
            f"This filter is too long: {count(len(tokens))} words and signs, of at most {count(_TOKENS)}",
            todo="Shorten it: IN (…) and a BETWEEN 1 AND 9 say more in fewer",
            text=text,
            at=tokens[_TOKENS].start,
        )
    words = [text[token.start : token.end + 1] for token in tokens]
    _check_queries(text, tokens, words, columns)
    lexed = [_lexed(text, tokens, words, at) for at in range(len(tokens))]
    _check_nesting(text, tokens, words)
    return lexed


def _check_queries(text: str, tokens: list[Token], words: list[str], columns: tuple[str, ...] | None) -> None:
    """Refuses what begins a query, and texts that hide how they are read."""
    before = ""
    for token, word in zip(tokens, words, strict=True):
        bare = word.lower()
        if token.token_type in _STRANGE:
            raise _no_query(text, token.start, clip(word, SHOWN))
        if bare in _QUERY and word not in (columns or ()) and (bare, before) != ("from", "distinct"):
            raise _no_query(text, token.start, word)
        before = bare


def _lexed(text: str, tokens: list[Token], words: list[str], at: int) -> Token:
    """A token as the parser is to take it."""
    token, word, bare = tokens[at], words[at], words[at].lower()
    before, after = (words[at - 1].lower() if at else ""), (words[at + 1] if at + 1 < len(words) else "")
    if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER, TokenType.NUMBER):
        if after == "(":
            raise no_place(text, tokens[at + 1].start, after)
        return token
    if not (word[0].isalpha() or word[0] == "_"):
        _check_sign(text, tokens, words, at)
        return token
    if before == "::" or (before == "as" and bare != "as"):
        if bare not in TYPES:
            raise _no_such(text, token, word, "type", ("int", "double", "text", "boolean"))
        return token
    if bare in _GRAMMAR or bare == "as" or (bare, before) == ("from", "distinct"):
        return token  # the parser takes AS within CAST only
    if after == "(":
        if bare not in FUNCTIONS:
            raise _no_such(text, token, word, "function", FUNCTIONS, REPLACED.get(bare, ""))
        return token
    return Token(TokenType.IDENTIFIER, token.text, token.line, token.col, token.start, token.end)


def _check_sign(text: str, tokens: list[Token], words: list[str], at: int) -> None:
    token, word, after = tokens[at], words[at], (words[at + 1] if at + 1 < len(words) else "")
    if word == after == "/" and tokens[at + 1].start == token.end + 1:
        word = "//"
    if word == ".":
        _check_point(text, tokens, at)
    if word not in _SIGNS or (word == "!" and after not in _NEGATABLE):
        raise no_place(text, token.start, word, todo=_INSTEAD.get(word, ""))
    if (word, after) == ("(", ")") or (word, after) in _SHIFTS:
        raise no_place(text, tokens[at + 1].start, after)


def _check_point(text: str, tokens: list[Token], at: int) -> None:
    """A point begins a number such as `.5`, or has no place."""
    before, after = text[: tokens[at].start].rstrip()[-1:], re.match(r"\d+(?![\w.])", text[tokens[at].start + 1 :])
    if after is None or before.isalnum() or before in {"_", ")", "'", '"', "."}:
        raise no_place(text, tokens[at].start, ".")


def _check_gaps(text: str, tokens: list[Token]) -> None:
    """Between tokens stands nothing but blanks; all else there is a comment."""
    end = 0
    for start, after in [*((token.start, token.end + 1) for token in tokens), (len(text), len(text))]:
        gap = text[end:start]
        if gap.strip():
            at = end + len(gap) - len(gap.lstrip())
            raise _no_query(text, at, text[at : at + 2])
        end = after


def _check_nesting(text: str, tokens: list[Token], words: list[str]) -> None:
    """Counts what the parser goes down into: brackets, CASE, and signs before their operand."""
    opened: list[int] = []  # levels that each open bracket or CASE adds
    prefixes = depth = 0
    for at, token in enumerate(tokens):
        word = words[at].lower()
        operand = at > 0 and (words[at - 1] == ")" or words[at - 1][-1].isalnum() or words[at - 1][-1] in "'\"_")
        if word == "not" or (word in ("-", "+") and (not operand or words[at - 1].lower() in _GRAMMAR)):
            prefixes += 1
        elif word in ("(", "case"):
            opened.append(prefixes + 1)
            depth, prefixes = depth + prefixes + 1, 0
        else:
            prefixes = 0
            if word in (")", "end") and opened:
                depth -= opened.pop()
        if depth + prefixes > _NESTING:
            raise TypedError(
                f"This filter is nested too deep, at column {token.start + 1}",
                why=f"brackets, NOT and CASE go at most {_NESTING} deep",
                todo="Take some of them away",
                text=text,
                at=token.start,
            )


# The parser


def _tree(tokens: list[Token], text: str) -> exp.Expr:
    try:
        return _parsed(tokens, text)
    except ParseError as error:
        raise _mistaken(tokens, text, error) from error
    except RecursionError as error:
        raise TypedError("This filter is nested too deep", todo="Take some brackets away", text=text, at=0) from error


def _parsed(tokens: list[Token], text: str) -> exp.Expr:
    found = Postgres().parser().parse_into(exp.Condition, tokens, text)
    tree = found[0] if found else None
    if not isinstance(tree, exp.Expr):
        raise ParseError("nothing", [{"line": 1, "col": 1}])
    return tree


def _mistaken(tokens: list[Token], text: str, error: ParseError) -> TypedError:
    """Where the parser stopped, and what is wrong there."""
    beyond = Token(TokenType.BREAK, "", line=-1, col=-1, start=len(text), end=len(text))
    try:  # again, so that it tells what is wrong at the last word from what is missing behind it
        _parsed([*tokens, beyond], text)
    except ParseError as again:
        error = again
    stopped = (error.errors[0].get("line"), error.errors[0].get("col")) if error.errors else None
    place = next((token for token in tokens if (token.line, token.col) == stopped), None)
    if place is not None:
        if str(error.errors[0].get("description")).startswith("The number of provided arguments"):
            return invalid(text, place.start, "the function at its left takes fewer values")
        return no_place(text, place.start, text[place.start : place.end + 1])
    missing = sum((token.text == "(") - (token.text == ")") for token in tokens)
    closing = [Token(TokenType.R_PAREN, ")", start=len(text), end=len(text))] * missing
    try:
        _parsed([*tokens, *closing], text)
    except ParseError:
        last = tokens[-1]
        return invalid(text, len(text), f"something is missing behind {clip(text[last.start : last.end + 1], SHOWN)}")
    return invalid(text, len(text), f"{')' * missing} is missing at its end")


def _unclosed(text: str) -> TypedError:
    """A quote that is not closed, or a comment."""
    found = re.search(r"""['"`]|\$|/\*|--""", re.sub(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""", _blank, text))
    if found is None:
        return invalid(text, 0, "it cannot be taken apart into words")
    if found[0] in ("'", '"'):
        return invalid(text, found.start(), f"the quote at column {found.start() + 1} is not closed")
    return _no_query(text, found.start(), found[0])


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _no_such(text: str, token: Token, word: str, kind: str, known: tuple[str, ...], instead: str = "") -> TypedError:
    return TypedError(
        f"There is no {kind} {clip(word, SHOWN)} in a filter, at column {token.start + 1}",
        todo=f"Write {instead}" if instead else nearest(word.lower(), known, otherwise=f"{kind.title()}s"),
        text=text,
        at=token.start,
    )


def _no_query(text: str, at: int, word: str) -> TypedError:
    return TypedError(
        f"A filter is one condition, without {word.upper()}",
        todo=f"Take it away at column {at + 1}",
        text=text,
        at=at,
    )
