"""Templates: how a source record becomes a prompt and a completion, the same for training and at inference.

The language is Jinja2 in a sandbox (`core.formatting.template_sandbox`). A mistake is said with its line and column.
"""

import functools
import hashlib
import re
from importlib import resources
from pathlib import Path
from typing import Any, cast

import jinja2
import msgspec
from jinja2 import meta, nodes
from jinja2.runtime import Context

from core import yaml_file
from core.errors import InputError, UsageError, Where
from core.files import unreadable
from core.formatting.answer import WHOLE
from core.formatting.few_shot_examples import FewShotExamples
from core.formatting.template_sandbox import Budgeted, Environment, gather
from core.records import tables
from core.records.record import Chat, Message, Source

GIVEN: dict[str, object] = {"paragraphs": [], "rationale": ""}  # fields that every record has, if only empty
_PARTS = ("system", "user", "assistant")
_DEFAULTS = ("default", "d")  # filters that take what is not there
_OTHER = frozenset({"judge", "rationale"})  # prompts of another kind, in the same folder
_WRONG = (  # whatever a template can do wrong on a record
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a template's file says.

    Attributes:
        name: How the project refers to it.
        description: What it is for, a sentence.
        system: The system prompt, or empty for none.
        user: The user's turn.
        assistant: The completion.
        answer: How the answer is taken out of a completion: `whole`, or the name of an XML tag.
        metric: The metric that fits the task, or `judge`: then only a judge can say how good an answer is.
        examples: Which training records stand before the question, in training and at inference; None for none.
    """

    name: str
    user: str
    assistant: str
    description: str = ""
    system: str = ""
    answer: str = WHOLE
    metric: str = "squad"
    examples: FewShotExamples | None = None


class Template(_Written, frozen=True, forbid_unknown_fields=True):
    """One template, and where it was read.

    Attributes:
        path: Its file, or empty.
        places: Where each part begins in that file: line and column, from 1.
    """

    path: str = ""
    places: dict[str, tuple[int, int]] = {}

    @property
    def fingerprint(self) -> str:
        """Changes when anything that a model sees changes."""
        parts = (self.system, self.user, self.assistant, self.answer)
        text = "\0".join((*parts, repr(self.examples)) if self.examples else parts)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Renderer:
    """Renders source records with one template and one table format."""

    def __init__(self, template: Template, table_format: tables.TableFormat = "html") -> None:
        """Compiles the template.

        Raises:
            InputError: It is not valid; says the part, the line and the column.
        """
        self.template = template
        self.table_format = table_format
        self._system = _compile(template, "system")
        self._user = _compile(template, "user")
        self._assistant = _compile(template, "assistant")
        self._constant = self._system.render() if "{" not in template.system else None
        self._written: tuple[object, tables.TableFormat, str] = (None, table_format, "")

    def chat(self, source: Source) -> Chat:
        """The chat that a record becomes, without the template's examples, which `few_shot_examples.py` adds.

        Raises:
            InputError: The template asks for a field that the record does not have, or goes wrong on it.
        """
        fields = self.fields(source)
        context = self._user.new_context(fields)
        system = self._constant if self._constant is not None else self._fill(self._system, context, source)
        user = self._fill(self._user, context, source)
        assistant = self._fill(self._assistant, context, source)
        turns = (Message("user", user), Message("assistant", assistant))
        return Chat((*_history(source), *turns) if "history" in fields else turns, system or None)

    def fields(self, source: Source) -> dict[str, object]:
        """What a template may use of a record: its fields, the table as text, and `facts`.

        `paragraphs` and `rationale` are empty where the record has none.
        """
        fields: dict[str, object] = {**GIVEN, **source.fields, "facts": source.facts}
        rows = fields.get("table")
        if isinstance(rows, list):
            fields["table"] = self._table(rows, imported_as(source) or self.table_format)
        return fields

    def _table(self, rows: list[Any], written: tables.TableFormat) -> str:
        """A table as text; kept for the next record, which often asks about the same one."""
        if self._written[:2] != (rows, written):
            self._written = (rows, written, tables.render(tables.grid(rows), written))
        return self._written[2]

    def _fill(self, part: jinja2.Template, context: Context, source: Source) -> str:
        """One part's text. All parts of a record share a context, which takes longer to make than to fill in."""
        try:
            context.vars.clear()  # what another part has set
            context.exported_vars.clear()
            cast("Budgeted", context).renew()
            return gather(part.root_render_func(context))
        except _WRONG as error:
            name, line = part.name or "", _line_of(part, error)
            raise InputError(
                f"The template {self.template.name} cannot render the record {source.id}",
                why=str(error),
                todo=f"The record has the fields {', '.join(sorted(source.fields))}",
                where=_where(self.template, name, line, _column_of(self.template, name, line, str(error))),
            ) from error


def fields_named(template: Template) -> dict[str, Where]:
    """The fields that a template cannot do without, each with the place that asks for it first.

    What a part asks for with `is defined` or `default` may be missing; what is in `GIVEN`, and `facts`, never is.

    Args:
        template: A valid one.
    """
    found: dict[str, Where] = {}
    for part in _PARTS:
        tree = _environment().parse(getattr(template, part))
        tests = (each.node for each in tree.find_all(nodes.Test) if each.name in ("defined", "undefined"))
        filters = (each.node for each in tree.find_all(nodes.Filter) if each.name in _DEFAULTS)
        guarded = {each.name for each in (*tests, *filters) if isinstance(each, nodes.Name)}
        needed = meta.find_undeclared_variables(tree) - guarded - {*GIVEN, "facts", *_environment().globals}
        for each in tree.find_all(nodes.Name):
            if each.name in needed and each.name not in found:
                column = _column_of(template, part, each.lineno, repr(each.name))
                found[each.name] = _where(template, part, each.lineno, column)
    return found


def imported_as(source: Source) -> tables.TableFormat | None:
    """The format that the import of a record has fixed for its table, which goes before any other; None for none."""
    own = source.facts.get("table_format")
    if own is None or not isinstance(source.fields.get("table"), list):
        return None
    return next((each for each in tables.FORMATS if each == own), None)


def load(name: str, own: Path | None = None) -> Template:
    """A template by name: the project's own, else a ready-made one.

    Args:
        name: Its name.
        own: The project's folder of templates.

    Raises:
        UsageError: There is none of that name.
        InputError: It is not a template.
    """
    path = own / f"{name}.yaml" if own else None
    if path is not None and path.is_file():
        return read(path)
    if name not in ready_made():
        raise UsageError(
            f"There is no template named {name!r}", todo=f"Ready-made ones are {', '.join(ready_made())}"
        )
    return parse(ready_made_text(name), f"{name}.yaml")


def read(path: Path) -> Template:
    """A template file.

    Raises:
        InputError: It cannot be read, or is not a template.
    """
    try:
        return parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "This file is not UTF-8", why=str(error), todo="Save it as UTF-8", where=Where(str(path))
        ) from error


def parse(text: str, path: str) -> Template:
    """A template from the text of its file.

    Args:
        text: YAML.
        path: What to call it in an error.

    Raises:
        InputError: It is not a template; says the field with its line and column.
    """
    value = yaml_file.load(text, path)
    try:
        written = yaml_file.convert(_Written, value, path)
    except InputError as error:
        raise _misshapen(error, text, path) from error
    _check_answer(written, text, path)
    return Template(**msgspec.structs.asdict(written), path=path, places=_places(text))


def ready_made_text(name: str) -> str:
    """The file of a ready-made template, to start one's own from."""
    return (resources.files("core.formatting") / "templates" / f"{name}.yaml").read_text("utf-8")


def names(own: Path | None = None) -> tuple[str, ...]:
    """All templates: the ready-made ones and the project's own."""
    written = (path.stem for path in own.glob("*.yaml")) if own else ()
    return tuple(sorted({*ready_made(), *(name for name in written if name not in _OTHER)}))


@functools.cache
def ready_made() -> tuple[str, ...]:
    """The names of the templates that come with Outcrop."""
    folder = resources.files("core.formatting") / "templates"
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


def _history(source: Source) -> tuple[Message, ...]:
    """The turns before the last question, which stand in every chat as they were."""
    try:
        return msgspec.convert(source.fields["history"], tuple[Message, ...])
    except msgspec.ValidationError as error:
        raise InputError(
            f"The earlier turns of the record {source.id} cannot be read",
            why=str(error),
            todo='`history` is a list of {"role": …, "content": …}',
            where=Where(field="history"),
        ) from error


def _compile(template: Template, part: str) -> jinja2.Template:
    try:
        compiled = _environment().from_string(getattr(template, part))
    except jinja2.TemplateSyntaxError as error:
        column = getattr(error, "column", 0) or _column_of(template, part, error.lineno, str(error))
        raise _invalid(template, part, error.message or "", error.lineno, column) from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise _invalid(template, part, "it is nested too deeply", 1, 1) from error
    compiled.name = part
    return compiled


def _invalid(template: Template, part: str, why: str, line: int, column: int) -> InputError:
    return InputError(
        f"The template {template.name} is not valid",
        why=re.sub(r" at \d+$", "", why),
        todo="Mend that line",
        where=_where(template, part, line, column),
    )


def _misshapen(error: InputError, text: str, path: str) -> InputError:
    """A field that no template has, that is missing or of another kind: with its place and those that there are."""
    within = error.where.field if error.where else ""
    named = re.search(r"field `([^`]+)`", error.why)
    kind: type[msgspec.Struct] = FewShotExamples if within.startswith("examples") else _Written
    fields = msgspec.structs.fields(kind)
    known = ", ".join(each.name for each in fields)
    needed = " and ".join(each.name for each in fields if each.required)
    return InputError(
        error.what,
        why=error.why,
        todo=f"The fields {'of `examples` ' if kind is FewShotExamples else ''}are {known}; {needed} must be there",
        where=_of_field(text, path, named[1] if named else within.rpartition(".")[2] or within),
    )


def _check_answer(written: _Written, text: str, path: str) -> None:
    """Holds the rule of the answer to what the assistant writes: a rule that never fits would score it whole."""
    rule, todo = written.answer, ""
    if rule == WHOLE:
        return
    if not _TAG.fullmatch(rule):
        todo = "Write `whole`, or the name of an XML tag such as `answer`"
        why = f"{rule!r} is no name of a tag"
    elif f"<{rule}>" not in written.assistant or f"</{rule}>" not in written.assistant:
        todo = (
            f"Write <{rule}>{{{{ answer }}}}</{rule}> there, or `answer: whole`; where records bring these tags, "
            f"name them in a comment, {{# <{rule}></{rule}> #}}"
        )
        why = f"the assistant's text never writes <{rule}> and </{rule}>, between which the answer is to stand"
    if todo:
        what = f"The template {written.name} is not valid"
        raise InputError(what, why=why, todo=todo, where=_of_field(text, path, "answer"))


def _of_field(text: str, path: str, name: str) -> Where:
    """The place of a field in a template's file; its beginning where the field is not there."""
    for number, line in enumerate(text.splitlines(), 1):
        found = re.search(rf"(?:^|[\s{{,])([\"']?{re.escape(name)}[\"']?)\s*:", line)
        if found and name:
            return Where(path, number, f"{name}, column {found.start(1) + 1}")
    return Where(path, 1, name)


@functools.cache
def _environment() -> Environment:
    return Environment()


# Where a mistake stands


def _where(template: Template, part: str, line: int, column: int) -> Where:
    """The place in the template's file, where that is known; else in the part."""
    path = template.path or f"{template.name}.yaml"
    if part not in template.places:
        return Where(path, field=f"{part}, line {line}, column {column}")
    first, left = template.places[part]
    return Where(path, first + line - 1, f"{part}, column {column + left - 1}")


def _line_of(part: jinja2.Template, error: BaseException) -> int:
    """The line of a part that was being filled in when something went wrong."""
    trace, line = error.__traceback__, 1
    while trace is not None:
        if "__jinja_template__" in trace.tb_frame.f_globals or trace.tb_frame.f_code.co_filename == "<template>":
            line = part.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _column_of(template: Template, part: str, line: int, said: str) -> int:
    """The column of the name that an error is about, else of the line's first tag."""
    lines = getattr(template, part).splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    for name in re.findall(r"'(\w+)'", said):
        for found in re.finditer(rf"\b{name}\b", text):
            return found.start() + 1
    return max(0, text.find("{")) + 1


def _places(text: str) -> dict[str, tuple[int, int]]:
    """Line and column at which each part of a template file begins; folded parts have no lines of their own."""
    lines, found = text.splitlines(), {}
    for number, line in enumerate(lines, 1):
        begun = _PART.match(line)
        if begun is None:
            continue
        if begun[2][:1] == "|":
            below = next((each for each in lines[number:] if each.strip()), "")
            found[begun[1]] = (number + 1, len(below) - len(below.lstrip()) + 1)
        elif begun[2][:1] != ">":
            found[begun[1]] = (number, begun.start(2) + 1 + (begun[2][:1] in "\"'"))
    return found


_TAG = re.compile(r"[A-Za-z_][\w.-]*")
_PART = re.compile(r"(system|user|assistant):\s*(\S.*)$")
