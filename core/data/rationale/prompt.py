"""What a model is asked: the prompt that comes along, or the project's own `templates/rationale.yaml`."""

from typing import Annotated, ClassVar

import msgspec

from core.data.annotation.prompt import Prompt, digest

_TOKENS_A_SENTENCE = 30  # English sentences have about 20 words


class RationalePrompt(Prompt, frozen=True, kw_only=True):
    """A prompt for rationales, whose templates may use `sentences` as well.

    Attributes:
        sentences: How many are asked for at most.
    """

    sentences: Annotated[int, msgspec.Meta(ge=1)] = 3

    name: ClassVar[str] = "rationale"
    wanted: ClassVar[str] = "rationale"
    tag: ClassVar[str] = "reason"
    where: ClassVar[str] = "the text in <reason></reason>"

    @property
    def fingerprint(self) -> str:
        """Changes with whatever the model sees, and with the temperature."""
        return digest(self.system, self.user, str(self.sentences), repr(self.temperature))

    @property
    def usual_reply(self) -> int:
        """As long as so many sentences are."""
        return _TOKENS_A_SENTENCE * self.sentences

    @property
    def more(self) -> dict[str, object]:
        """How many sentences."""
        return {"sentences": self.sentences}
