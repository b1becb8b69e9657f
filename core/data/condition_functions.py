"""The functions and the patterns that a condition may use."""

import re

import polars as pl
from sqlglot import exp

from core.data.condition_nodes import Builder, built_by, built_of_one, built_of_two

FUNCTIONS = (
    *("lower", "upper", "length", "char_length", "starts_with", "ends_with", "contains", "strpos", "regexp_like"),
    *("substr", "substring", "left", "right", "trim", "ltrim", "rtrim", "concat", "concat_ws"),
    *("coalesce", "ifnull", "nullif", "greatest", "least", "if"),
    *("abs", "round", "floor", "ceil", "sqrt", "sign", "mod"),
    *("cast", "try_cast"),
)
_BY_PATTERN = ("replace", "lpad", "rpad", "repeat", "reverse", "translate", "split_part", "initcap")
REPLACED = {  # functions of other filters and databases, and what to write
    **dict.fromkeys(
        ("avg", "mean", "min", "max", "sum", "count", "median", "stddev", "variance"), "the number itself"
    ),
    **dict.fromkeys(_BY_PATTERN, "a comparison by pattern, such as answer ~ '^0*12$'"),
    **dict.fromkeys(("position", "instr"), "strpos(text, 'part')"),
    **dict.fromkeys(("len", "octet_length", "bit_length", "character_length"), "length(text)"),
    **dict.fromkeys(("pow", "power"), "a * a"),
    **dict.fromkeys(("date", "date_part", "extract", "strftime"), "a comparison of text: day >= '2024-05-01'"),
    "btrim": "trim(text)",
    "ceiling": "ceil(a)",
    "div": "floor(a / b)",
    "nvl": "coalesce(a, b)",
    "iif": "if(condition, a, b)",
}
TYPES: dict[str, pl.DataType] = {
    **dict.fromkeys(("int", "integer", "bigint", "smallint", "int2", "int4", "int8"), pl.Int64()),
    **dict.fromkeys(("float", "double", "real", "float4", "float8"), pl.Float64()),
    **dict.fromkeys(("varchar", "text", "char", "string"), pl.String()),
    **dict.fromkeys(("boolean", "bool"), pl.Boolean()),
}
_REGEX = 100  # what a regular expression costs beside a LIKE: polars allows it to compile to 10 MB, in 50 ms
_DECIMALS = 15  # digits that a float tells apart

built_of_two(exp.StartsWith, lambda text, prefix: text.str.starts_with(prefix))
built_of_two(exp.EndsWith, lambda text, suffix: text.str.ends_with(suffix))
built_of_two(exp.Contains, lambda text, part: text.str.contains(part, literal=True))
built_of_one(exp.Lower, lambda text: text.str.to_lowercase())
built_of_one(exp.Upper, lambda text: text.str.to_uppercase())
built_of_one(exp.Length, lambda text: text.str.len_chars())
built_of_one(exp.Abs, lambda value: value.abs())
built_of_one(exp.Floor, lambda value: value.floor())
built_of_one(exp.Ceil, lambda value: value.ceil())
built_of_one(exp.Sqrt, lambda value: value.sqrt())
built_of_one(exp.Sign, lambda value: value.sign())


@built_by(exp.Concat, args="expressions safe coalesce")
def _concat(builder: Builder, node: exp.Concat) -> pl.Expr:
    return pl.concat_str(builder.expressions(node.expressions), ignore_nulls=True)


@built_by(exp.ConcatWs, args="expressions safe coalesce")
def _concat_ws(builder: Builder, node: exp.ConcatWs) -> pl.Expr:
    separator, *parts = node.expressions
    if not parts:
        raise builder.wrong(node, "CONCAT_WS joins values by its first", "Write them behind it")
    return pl.concat_str(builder.expressions(parts), separator=builder.words(separator), ignore_nulls=True)


@built_by(exp.Like, exp.ILike, args="this expression negate")
def _like(builder: Builder, node: exp.Like | exp.ILike) -> pl.Expr:
    pattern = builder.words(node.expression)
    builder.pattern(node.expression, 1 + pattern.count("_"))
    found = _liked(builder.expression(node.this), pattern, exact=isinstance(node, exp.Like))
    return ~found if node.args.get("negate") else found


def _liked(value: pl.Expr, pattern: str, *, exact: bool) -> pl.Expr:
    """`%` is any text, `_` any character, and nothing takes that from them."""
    middle = pattern.strip("%")
    if exact and "_" not in middle and "%" not in middle:
        before, after = pattern.startswith("%"), pattern.endswith("%")
        if before and after:
            return value.str.contains(middle, literal=True)
        return value.str.ends_with(middle) if before else value.str.starts_with(middle) if after else value == middle
    parts = re.split(r"([%_])", pattern)
    body = "".join({"%": ".*", "_": "."}.get(each) or pl.escape_regex(each) for each in parts)
    return value.str.contains(f"(?s{'' if exact else 'i'})^{body}$")


@built_by(exp.RegexpLike, exp.RegexpILike, args="this expression flag")
def _regex(builder: Builder, node: exp.RegexpLike | exp.RegexpILike) -> pl.Expr:
    builder.pattern(node.expression, _REGEX)
    flag = node.args.get("flag")
    flags = builder.words(flag) if flag else "i" if isinstance(node, exp.RegexpILike) else ""
    if flag and set(flags) - set("imsx"):
        raise builder.wrong(flag, "Flags of a regular expression are i, m, s and x", "Use those")
    pattern = f"(?{flags})" * bool(flags) + builder.words(node.expression)
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        said = str(error).partition("\n\n")[0].splitlines()[-1]  # polars goes on with an expression of its own
        why = re.sub(r"^(regex )?error: ", "", said)
        todo = "Make it simpler; a backslash before a sign takes the sign as it is"
        raise builder.wrong(node.expression, "This regular expression cannot be used", todo, why=why) from error
    return builder.expression(node.this).str.contains(pattern)


@built_by(exp.If, args="this true false")
def _if(builder: Builder, node: exp.If) -> pl.Expr:
    otherwise = node.args.get("false")
    test, then = builder.expression(node.this), builder.expression(node.args["true"])
    return pl.when(test).then(then).otherwise(builder.expression(otherwise) if otherwise else None)


@built_by(exp.Nullif, args="this expression")
def _nullif(builder: Builder, node: exp.Nullif) -> pl.Expr:
    value, none = builder.copied_expression(node.this, 2), builder.expression(node.expression)
    return pl.when(value == none).then(None).otherwise(value)


@built_by(exp.Coalesce, args="this expressions")
def _coalesce(builder: Builder, node: exp.Coalesce) -> pl.Expr:
    return pl.coalesce(builder.expressions((node.this, *node.expressions)))


@built_by(exp.Greatest, exp.Least, args="this expressions ignore_nulls")
def _extreme(builder: Builder, node: exp.Greatest | exp.Least) -> pl.Expr:
    values = builder.expressions((node.this, *node.expressions))
    return pl.max_horizontal(values) if isinstance(node, exp.Greatest) else pl.min_horizontal(values)


@built_by(exp.Cast, exp.TryCast, args="this to safe")
def _cast(builder: Builder, node: exp.Cast | exp.TryCast) -> pl.Expr:
    kind = _DTYPES.get(node.args["to"].this)
    if kind is None or node.args["to"].expressions:
        raise builder.wrong(node, "This type is not known here", "Types: int, double, text, boolean")
    return builder.expression(node.this).cast(kind, strict=not isinstance(node, exp.TryCast))


_DTYPES = {exp.DataType.build(name, dialect="postgres").this: kind for name, kind in TYPES.items()}


@built_by(exp.Round, args="this decimals")
def _round(builder: Builder, node: exp.Round) -> pl.Expr:
    decimals = node.args.get("decimals")
    places = builder.whole(decimals) if decimals else 0
    if not 0 <= places <= _DECIMALS:
        raise builder.wrong(decimals or node, f"ROUND keeps 0 to {_DECIMALS} decimals", "Choose fewer")
    return builder.expression(node.this).round(places)


@built_by(exp.Left, exp.Right, args="this expression")
def _end(builder: Builder, node: exp.Left | exp.Right) -> pl.Expr:
    text, many = builder.expression(node.this), builder.whole(node.expression)
    return text.str.head(many) if isinstance(node, exp.Left) else text.str.tail(many)


@built_by(exp.Substring, args="this start length")
def _substring(builder: Builder, node: exp.Substring) -> pl.Expr:
    text, start, length = builder.expression(node.this), node.args.get("start"), node.args.get("length")
    if start is None:
        raise builder.wrong(node, "SUBSTR needs the number of its first character", "Write: SUBSTR(answer, 1, 3)")
    first = builder.whole(start) - 1  # from 0
    if length is None:
        return text.str.slice(max(0, first))
    return text.str.slice(max(0, first), max(0, builder.whole(length) + min(0, first)))


@built_by(exp.StrPosition, args="this substr")
def _position(builder: Builder, node: exp.StrPosition) -> pl.Expr:
    found = builder.expression(node.this).str.find(builder.expression(node.args["substr"]), literal=True)
    return (found + 1).fill_null(0)


@built_by(exp.Trim, args="this expression position")
def _trim(builder: Builder, node: exp.Trim) -> pl.Expr:
    text, characters, side = builder.expression(node.this), node.args.get("expression"), node.args.get("position")
    which = builder.words(characters) if characters else None
    if side == "LEADING":
        return text.str.strip_chars_start(which)
    return text.str.strip_chars_end(which) if side == "TRAILING" else text.str.strip_chars(which)
