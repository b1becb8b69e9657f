"""What a judge is asked: the article's prompt, or the project's own `templates/judge.yaml`, filled from a record."""

import hashlib
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from core import yaml_file
from core.data.dataset import Row
from core.errors import InputError, Where
from core.formatting.template import Renderer, Template
from core.records.record import Chat, Message, Source, identity

FILE = "judge.yaml"
_CONTEXT = ("table", "paragraphs", "context")  # the fields of a source record that a question is asked of


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A judge's prompt.

    Attributes:
        user: The user's turn, a template over `context`, `question` and `answer`.
        system: The system prompt, likewise, or empty for none.
        reminder: Put behind the user's turn when a reply held no verdict.
        model: Who judges, unless the command names another.
        temperature: 0 for the likeliest verdict.
        max_tokens: The longest reply.
    """

    user: str
    reminder: str
    model: str
    system: str = ""
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 512

    @property
    def fingerprint(self) -> str:
        """12 hex digits that change when anything changes that the model sees."""
        text = "\0".join((self.system, self.user, self.reminder))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Case(msgspec.Struct, frozen=True):
    """What is judged: whether an answer to a question is right, given a context."""

    context: str
    question: str
    answer: str

    @property
    def content(self) -> str:
        """16 hex digits that stand for it: a verdict on another content is stale."""
        return identity([self.context, self.question, self.answer])


class Questioner:
    """Fills a prompt."""

    def __init__(self, prompt: Prompt) -> None:
        """Compiles it.

        Raises:
            InputError: It is not a valid template; says the part and the line.
        """
        self.prompt = prompt
        self._renderer = Renderer(Template(name="judge", system=prompt.system, user=prompt.user, assistant=""))

    def chat(self, case: Case) -> Chat:
        """What the judge is sent.

        Raises:
            InputError: The prompt asks for something that a case does not have.
        """
        return self._renderer.chat(Source(case.content, "", msgspec.structs.asdict(case))).asked()

    def again(self, chat: Chat) -> Chat:
        """The same with the reminder, for a judge whose reply held no verdict."""
        return Chat((Message("user", f"{chat.prompt.rstrip()}\n\n{self.prompt.reminder}"),), chat.system)


def load(templates: Path | None = None) -> Prompt:
    """The project's own prompt, else the article's.

    Args:
        templates: The project's folder of templates.

    Raises:
        InputError: The project's is not a prompt, or asks for no `<judgement>`.
    """
    own = _own(templates)
    found = yaml_file.read_as(Prompt, own) if own else yaml_file.load_as(Prompt, _shipped(), FILE)
    if "<judgement>" not in found.system + found.user:
        raise InputError(
            "This prompt asks for no verdict",
            why="a verdict is the word in <judgement></judgement>, correct or incorrect",
            todo="Ask for it in `user`; see `outcrop judge --print-prompt`",
            where=Where(str(own), field="user"),
        )
    return found


def text(templates: Path | None = None) -> str:
    """The file that `load` reads, to be copied and changed."""
    own = _own(templates)
    return own.read_text("utf-8") if own else _shipped()


def case_of(row: Row, renderer: Renderer | None) -> Case | None:
    """What is to be judged of a record; None where it cannot be read.

    A source record gives its table as text, its paragraphs, its question and its answer; any other record the prompt
    without its question, with the turns before it, and the completion.

    Args:
        row: The record.
        renderer: Writes tables out; None where the file has no source records.
    """
    source = row.source
    if source is not None and renderer is not None and {"question", "answer"} <= source.fields.keys():
        fields = renderer.fields(source)
        context = [_words(fields[name]) for name in _CONTEXT if name in source.fields]
        if context:
            return Case(_joined(context), str(fields["question"]), str(fields["answer"]))
    if row.chat is None:
        return None
    earlier = [turn.content for turn in row.chat.asked().messages[:-1]]
    return Case(_joined([*earlier, _around_question(row.chat.prompt)]), row.chat.question, row.chat.completion)


def _own(templates: Path | None) -> Path | None:
    path = templates / FILE if templates else None
    return path if path is not None and path.is_file() else None


def _shipped() -> str:
    return (resources.files("core.data.judge") / FILE).read_text("utf-8")


def _words(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _around_question(prompt: str) -> str:
    """A prompt without what `Chat.question` takes from it."""
    before, tag, rest = prompt.rpartition("<question>")
    if tag:
        return _joined([before, rest.partition("</question>")[2]])
    return prompt.rstrip().rpartition("\n")[0]
