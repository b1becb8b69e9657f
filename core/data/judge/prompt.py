"""What a judge is asked: the article's prompt, or the project's own `templates/judge.yaml`."""

from typing import ClassVar

from core.data.annotation.prompt import Prompt, digest
from core.records.record import Chat, Message

_USUAL_REPLY = 90  # tokens, as in the article's sample reply


class JudgePrompt(Prompt, frozen=True, kw_only=True):
    """A judge's prompt.

    Attributes:
        reminder: Put behind the user's turn when a reply held no verdict.
    """

    reminder: str

    name: ClassVar[str] = "judge"
    wanted: ClassVar[str] = "verdict"
    tag: ClassVar[str] = "judgement"
    where: ClassVar[str] = "the word in <judgement></judgement>, correct or incorrect"

    @property
    def fingerprint(self) -> str:
        """Changes with whatever the model sees, and with the temperature."""
        return digest(f"{digest(self.system, self.user, self.reminder)} {self.temperature!r}")

    @property
    def usual_reply(self) -> int:
        """As long as the article's."""
        return _USUAL_REPLY

    def again(self, chat: Chat) -> Chat:
        """The same with the reminder, for a judge whose reply held no verdict."""
        return Chat((Message("user", f"{chat.prompt.rstrip()}\n\n{self.reminder}"),), chat.system)
