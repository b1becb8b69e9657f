"""Templates: how a source record becomes a prompt and a completion, the same for training and at inference.

The language is Jinja2 in its sandbox: a template travels in a shared project and must not reach outside itself.
"""

import functools
import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core import yaml_file
from core.errors import InputError, UsageError, Where
from core.formatting.answer import WHOLE
from core.records import tables
from core.records.record import Chat, Message, Source

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


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One template.

    Attributes:
        name: How the project refers to it.
        description: What it is for, a sentence.
        system: The system prompt, or empty for none.
        user: The user's turn.
        assistant: The completion.
        answer: How the answer is taken out of a completion: `whole`, or the name of an XML tag.
        metric: The metric that fits the task.
    """

    name: str
    user: str
    assistant: str
    description: str = ""
    system: str = ""
    answer: str = WHOLE
    metric: str = "squad"

    @property
    def fingerprint(self) -> str:
        """Changes when anything that a model sees changes."""
        text = "\0".join((self.system, self.user, self.assistant, self.answer))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Renderer:
    """Renders source records with one template and one table format."""

    def __init__(self, template: Template, table_format: tables.Format = "html") -> None:
        """Compiles the template.

        Raises:
            InputError: It is not valid; says the part and the line.
        """
        self.template = template
        self.table_format = table_format
        self._system = _compile(template, "system")
        self._user = _compile(template, "user")
        self._assistant = _compile(template, "assistant")
        self._constant = self._system.render() if "{" not in template.system else None
        self._written: tuple[object, tables.Format, str] = (None, table_format, "")

    def chat(self, source: Source) -> Chat:
        """The chat that a record becomes.

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

    def fields(self, source: Source) -> dict[str, Any]:
        """What a template may use of a record: its fields, the table as text, and `facts`."""
        fields: dict[str, Any] = {"paragraphs": [], **source.fields, "facts": source.facts}
        rows = fields.get("table")
        if isinstance(rows, list):
            own = source.facts.get("table_format")
            written = next((each for each in tables.FORMATS if each == own), self.table_format)
            fields["table"] = self._table(rows, written)
        return fields

    def _table(self, rows: list[Any], written: tables.Format) -> str:
        """A table as text; kept for the next record, which often asks about the same one."""
        if self._written[:2] != (rows, written):
            self._written = (rows, written, tables.render(tables.grid(rows), written))
        return self._written[2]

    def _fill(self, part: jinja2.Template, context: Context, source: Source) -> str:
        """One part's text. All parts of a record share a context, which takes longer to make than to fill in."""
        try:
            if part.blocks:
                return part.render(context.get_all())
            context.vars.clear()  # what another part has set
            context.exported_vars.clear()
            return "".join(part.root_render_func(context))
        except _WRONG as error:
            raise InputError(
                f"The template {self.template.name} cannot render the record {source.id}",
                why=str(error),
                todo=f"The record has the fields {', '.join(sorted(source.fields))}",
                where=Where(field=part.name or ""),
            ) from error


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
        return yaml_file.read_as(Template, path)
    if name not in ready_made():
        raise UsageError(
            f"There is no template named {name!r}", todo=f"Ready-made ones are {', '.join(ready_made())}"
        )
    text = (resources.files("core.formatting") / "templates" / f"{name}.yaml").read_text("utf-8")
    return yaml_file.load_as(Template, text, f"{name}.yaml")


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
        raise InputError(
            f"The template {template.name} is not valid",
            why=error.message or str(error),
            todo="Mend that line",
            where=Where(f"{template.name}.yaml", field=f"{part}, line {error.lineno}"),
        ) from error
    compiled.name = part
    return compiled


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
