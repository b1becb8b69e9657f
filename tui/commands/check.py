"""`outcrop check`: does the model accept this file, and is it worth training on?"""

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from core.errors import RefusedError, UsageError
from core.text import count
from tui.commands.context import Context
from tui.commands.printing import done_reporting, out, say, table

if TYPE_CHECKING:
    from core.config import Config
    from core.data.checks.row_keys import RowNumbers
    from core.data.decisions import Decided
    from core.data.fix_file import Mended
    from core.formatting.template import Renderer
    from core.records.check import CheckReport, Issue
    from core.records.finding import Finding, Severity
    from core.records.rule import Rule

_MARKS = {"error": "✗ error", "warning": "! warning", "advice": "· advice"}
_SHOWN = 5  # lines of a rule in the table; --json has all
_AT_ONCE = 1 << 14  # lines that are written at once, where there are a million of them


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--model", default="", help="The catalogue's key; else the project's model, else claude-3-haiku.")
@click.option("--against", type=click.Path(path_type=Path), help="What was trained on, where FILE is to test it.")
@click.option("--fix", is_flag=True, help="Mend a copy where that is safe, and check the copy.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The new file that --fix writes.")
@click.option("--force", is_flag=True, help="Let -o take the place of a file that is there.")
@click.option("--quick", is_flag=True, help="Only the model's own rules and exact duplicates.")
@click.option("--json", "as_json", is_flag=True, help="One object: records, errors, warnings, issues.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--explain", metavar="RULE", help="What a rule finds, what to do, who says so; `all` lists them.")
@click.pass_obj
def command(
    context: Context,
    file: Path | None,
    model: str,
    against: Path | None,
    fix: bool,
    output: Path | None,
    force: bool,
    quick: bool,
    as_json: bool,
    strict: bool,
    explain: str | None,
) -> None:
    """Checks a training file, or source records once rendered: the model's rules, and what harms training.

    Without FILE, the project's own records, as people's edits make them.

    Errors make Bedrock refuse the file, warnings make a worse model, advice is the article's. FILE stays as it is.
    """
    if explain is not None:
        _explain(explain)
        return
    if fix != (output is not None):
        raise UsageError("--fix writes a new file, and -o names it", todo="outcrop check FILE --fix -o NEW")
    from core import config
    from core.data.check_file import check_file
    from core.workspace import find

    inside = context.project or find(Path.cwd())
    settings = config.read(inside / config.FILE) if inside else config.Config(name="")  # may be where nobody writes
    decided: dict[str, Decided] = {}
    if file is None:
        file, decided = _own_records(inside, settings), context.decided()
    if output is not None and output.exists() and not force and output.resolve() != file.resolve():
        raise RefusedError(f"{output} is there already", todo="Give another name with -o, or --force")
    _, tuning = context.catalog().tuning_of(model or settings.model)

    def renderer() -> "Renderer":
        from core.formatting.template import Renderer, load

        own = inside / "templates" if inside else None
        return Renderer(load(settings.format.template, own), settings.format.table_format)

    context.say_refused_rule()
    first = _say_first if context.progress == "auto" and sys.stderr.isatty() else None
    with context.work() as (tell, cancel):
        if output is not None:
            from core.data.fix_file import fix_file

            _say_mended(output, fix_file(file, output, tuning, tell, cancel))
            file, decided = output, {}  # the copy is of the file as it stands
        report, rows, edited = check_file(
            file,
            tuning,
            renderer,
            against=against,
            decided=decided,
            thorough=not quick,
            tell=tell,
            first=first,
            cancel=cancel,
        )
    if as_json:
        _emit(report, rows)
    else:
        _print(report)
    if edited:
        say(f"{count(edited, 'record')} judged as edited: the journal has the edits, the file stays as it is")
    if report.errors or (strict and report.warnings):
        sys.exit(1)


def _own_records(inside: Path | None, settings: "Config") -> Path:
    if inside is None or not settings.data.source:
        raise click.UsageError("There is no file to check: name FILE, or set `data.source` in outcrop.yaml.")
    from core.workspace import below

    return below(inside, settings.data.source)


def _emit(report: "CheckReport", rows: "dict[tuple[str, Severity], RowNumbers]") -> None:
    """One JSON object, written as it is made: a rule may have found something in every line."""
    from core.data.checks.rules import BY_NAME

    write = functools.partial(click.echo, nl=False)
    write(f'{{"records": {report.records}, "errors": {report.errors}, "warnings": {report.warnings}, "issues": [')
    for number, issue in enumerate(report.issues):
        rule = BY_NAME[issue.rule]
        said = {
            "rule": issue.rule,
            "severity": issue.severity,
            "count": issue.count,
            "message": issue.message,
            "explanation": rule.finds,
            "fix": rule.fix.does if rule.fix else None,
        }
        write(f'{"," if number else ""}\n{msgspec.json.encode(said).decode()[:-1]}, "lines": [')
        found = rows.get((issue.rule, issue.severity), ())
        for start in range(0, len(found), _AT_ONCE):
            lines = (str(row + 1) for row in found[start : start + _AT_ONCE])
            write(("," if start else "") + ",".join(lines))
        write("]}")
    write("\n]}\n")


def _print(report: "CheckReport") -> None:
    if report.issues:
        table(["", "rule", "lines", "first", "what"], [_row(issue) for issue in report.issues], right=(2,))
        say("`outcrop check --explain RULE` says what a rule finds and what to do about it")
    out(f"{count(report.records, 'record')}, {count(report.errors, 'error')}, {count(report.warnings, 'warning')}")


def _row(issue: "Issue") -> list[str]:
    first = ", ".join(map(str, issue.lines[:_SHOWN])) + (" …" if issue.count > _SHOWN and issue.lines else "")
    return [_MARKS[issue.severity], issue.rule, count(issue.count), first, issue.message]


def _say_first(finding: "Finding") -> None:
    """A line above the progress, which is drawn again below it."""
    done_reporting("auto")
    say(f"{_MARKS[finding.severity]}  {finding.rule}  line {count(finding.line)}: {finding.message}")


def _say_mended(output: Path, mended: "tuple[Mended, ...]") -> None:
    say(f"{output} is written; what was changed on the way:" if mended else f"{output} is written; nothing to mend")
    for each in mended:
        first = ", ".join(map(str, each.lines[:_SHOWN])) + (" …" if each.count > _SHOWN else "")
        say(f"  {each.rule}: {each.does}; {count(each.count, 'line')}: {first}")


def _explain(name: str) -> None:
    from core.data.checks.rules import BY_NAME, RULES

    if name == "all":
        table(["", "rule", "what it finds"], [[_MARKS[each.severities[0]], each.name, each.finds] for each in RULES])
        return
    if name not in BY_NAME:
        raise UsageError(f"There is no rule named {name}", todo=f"Rules: {', '.join(BY_NAME)}")
    rule = BY_NAME[name]
    out(f"{rule.name} ({', or '.join(rule.severities)})")
    out(f"  finds   {rule.finds}")
    out(f"  do      {rule.todo}")
    out(f"  fix     {rule.fix.does if rule.fix else _by_hand(rule)}")
    out(f"  source  {rule.source}")


def _by_hand(rule: "Rule") -> str:
    from core.data.checks.rules import FILE_RULES

    if rule.name in FILE_RULES and (reject := FILE_RULES[rule.name].reject):
        return f"none in a file; * in the Data tab {reject.does}, once you have seen them"
    return "none that is safe without knowing what the record should say"
