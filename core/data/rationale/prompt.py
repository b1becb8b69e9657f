"""What a model is asked: the prompt that comes along, or the project's own `templates/rationale.yaml`."""

import hashlib
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from core import yaml_file
from core.data.judge.prompt import Case
from core.errors import InputError, Where
from core.formatting.template import Renderer, Template
from core.records.record import Chat, Source

FILE = "rationale.yaml"


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt for rationales.

    Attributes:
        user: The user's turn, a template over `context`, `question`, `answer` and `sentences`.
        model: Who writes, unless the command names another.
        system: The system prompt, likewise, or empty for none.
        sentences: How many are asked for at most.
        temperature: 0 for the likeliest reasoning.
        max_tokens: The longest reply.
    """

    user: str
    model: str
    system: str = ""
    sentences: Annotated[int, msgspec.Meta(ge=1)] = 3
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 512

    @property
    def fingerprint(self) -> str:
        """12 hex digits that change when anything changes that decides what comes back."""
        text = "\0".join((self.system, self.user, str(self.sentences), repr(self.temperature)))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Questioner:
    """Fills a prompt."""

    def __init__(self, prompt: Prompt) -> None:
        """Compiles it.

        Raises:
            InputError: It is not a valid template; says the part and the line.
        """
        self.prompt = prompt
        self._renderer = Renderer(Template(name="rationale", system=prompt.system, user=prompt.user, assistant=""))

    def chat(self, case: Case) -> Chat:
        """What the model is sent.

        Raises:
            InputError: The prompt asks for something that a case does not have.
        """
        fields = msgspec.structs.asdict(case) | {"sentences": self.prompt.sentences}
        return self._renderer.chat(Source(case.content, "", fields)).asked()


def load(templates: Path | None = None) -> Prompt:
    """The project's own prompt, else the one that comes along.

    Args:
        templates: The project's folder of templates.

    Raises:
        InputError: The project's is not a prompt, or asks for no `<reason>`.
    """
    own = _own(templates)
    found = yaml_file.read_as(Prompt, own) if own else yaml_file.load_as(Prompt, _shipped(), FILE)
    if "<reason>" not in found.system + found.user:
        raise InputError(
            "This prompt asks for no rationale",
            why="a rationale is the text in <reason></reason>",
            todo="Ask for it in `user`; see `outcrop rationale --print-prompt`",
            where=Where(str(own), field="user"),
        )
    return found


def text(templates: Path | None = None) -> str:
    """The file that `load` reads, to be copied and changed."""
    own = _own(templates)
    return own.read_text("utf-8") if own else _shipped()


def _own(templates: Path | None) -> Path | None:
    path = templates / FILE if templates else None
    return path if path is not None and path.is_file() else None


def _shipped() -> str:
    return (resources.files("core.data.rationale") / FILE).read_text("utf-8")
