"""A prompt: what a model is asked about a record, and how its reply is read.

It comes with Outcrop or is the project's own in `templates/`, and is filled from a brief.
"""

import hashlib
from importlib import resources
from pathlib import Path
from typing import Annotated, ClassVar, Self

import msgspec

from core import yaml_file
from core.data.annotation.brief import Brief
from core.data.dataset import DatasetRow
from core.errors import InputError, Where
from core.formatting.template import Renderer, Template
from core.inference import Answer
from core.records.record import Chat, Source


class AnnotationPrompt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A prompt, who is asked it, and how the replies are read. Each kind of annotation is a subclass.

    Attributes:
        user: The user's turn, a template over `context`, `question` and `answer`.
        system: The system prompt, likewise, or empty for none.
        model: Who is asked, unless the command names another.
        temperature: 0 for the likeliest reply.
        max_tokens: The longest reply.
    """

    user: str
    model: str
    system: str = ""
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 512

    name: ClassVar[str]
    """The command that asks it; its file and its runs are named after it."""
    wanted: ClassVar[str]
    """What it must ask for."""
    tag: ClassVar[str]
    """The element of a reply that holds it."""
    where: ClassVar[str]
    """The same in words."""
    outcomes: ClassVar[tuple[str, ...]]
    """What a reply can come to, in the order in which they are shown."""

    @property
    def fingerprint(self) -> str:
        """12 hex digits that change when anything changes that decides what comes back."""
        raise NotImplementedError

    @property
    def usual_reply(self) -> int:
        """Tokens of a reply, as long as nobody has replied."""
        raise NotImplementedError

    @property
    def more(self) -> dict[str, object]:
        """What its templates may use beside the brief."""
        return {}

    def leaves_out(self, row: DatasetRow, brief: Brief | None, *, asked: bool) -> str:
        """Why a record is left out; empty where it is asked about.

        Args:
            row: The record, as its edit makes it.
            brief: What the model would be told; None where the record cannot be read.
            asked: The same brief is asked about already.
        """
        raise NotImplementedError

    def outcome(self, answer: Answer) -> str:
        """What a reply comes to: one of `outcomes`."""
        raise NotImplementedError

    def again(self, chat: Chat, answer: Answer) -> Chat | None:  # noqa: ARG002 - for prompts that ask again
        """What to ask a second time after a reply that is of no use; None where one reply is enough."""
        return None

    @classmethod
    def load(cls, templates: Path | None = None) -> Self:
        """The project's own prompt, else the one that comes along.

        Args:
            templates: The project's folder of templates.

        Raises:
            InputError: The project's is not a prompt, or does not ask for what is wanted.
        """
        own = cls._own(templates)
        found = yaml_file.read_as(cls, own) if own else yaml_file.load_as(cls, cls._shipped(), cls._file())
        if f"<{cls.tag}>" not in found.system + found.user:
            raise InputError(
                f"This prompt asks for no {cls.wanted}",
                why=f"a {cls.wanted} is {cls.where}",
                todo=f"Ask for it in `user`; see `outcrop {cls.name} --print-prompt`",
                where=Where(str(own), field="user"),
            )
        return found

    @classmethod
    def text(cls, templates: Path | None = None) -> str:
        """The file that `load` reads, to be copied and changed."""
        own = cls._own(templates)
        return own.read_text("utf-8") if own else cls._shipped()

    @classmethod
    def _file(cls) -> str:
        return f"{cls.name}.yaml"

    @classmethod
    def _own(cls, templates: Path | None) -> Path | None:
        path = templates / cls._file() if templates else None
        return path if path is not None and path.is_file() else None

    @classmethod
    def _shipped(cls) -> str:
        return (resources.files("core.data.annotation") / cls._file()).read_text("utf-8")


class Questioner:
    """Fills a prompt."""

    def __init__(self, prompt: AnnotationPrompt) -> None:
        """Compiles it.

        Raises:
            InputError: It is not a valid template; says the part and the line.
        """
        self._more = prompt.more
        self._renderer = Renderer(Template(name=prompt.name, system=prompt.system, user=prompt.user, assistant=""))

    def chat(self, brief: Brief) -> Chat:
        """What the model is sent.

        Raises:
            InputError: The prompt asks for something that a brief does not have.
        """
        return self._renderer.chat(Source(brief.content, "", msgspec.structs.asdict(brief) | self._more)).asked()


def digest(*parts: str) -> str:
    """12 hex digits that stand for texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
