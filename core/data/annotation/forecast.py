"""What asking will take: nobody is asked yet."""

from collections.abc import Sequence

import msgspec

from core.data.annotation.annotator import Annotator, AnyPrompt
from core.data.annotation.case import Case, ask_id
from core.data.annotation.prompt import Questioner
from core.inference import Ask, Usage, kept
from core.records.tokens import estimate
from core.workspace import Workspace


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What asking will take.

    Attributes:
        to_ask: Asks without a reply yet.
        input_tokens: About how many will be sent.
        output_tokens: About how many will come back.
        dollars: What those cost; None while a price is unknown.
    """

    to_ask: int
    input_tokens: int
    output_tokens: int
    dollars: float | None


class Asks:
    """What is to be asked about some records: each different thing once, whether it has a reply or not."""

    def __init__(self, workspace: Workspace, annotator: Annotator[AnyPrompt]) -> None:
        """Begins without any.

        Raises:
            InputError: The prompt goes wrong.
        """
        self.answers = kept(workspace.store, annotator.run)
        self._annotator = annotator
        self._questioner = Questioner(annotator.prompt)
        self._asks: dict[str, Ask] = {}

    def add(self, record: str, case: Case) -> str:
        """Asks about a record; returns the ask's id, which exact duplicates share.

        Raises:
            InputError: The prompt asks for something that a case does not have.
        """
        ask = ask_id(record, case.content)
        if ask not in self._asks:
            self._asks[ask] = Ask(ask, self._questioner.chat(case))
        return ask

    def all(self) -> tuple[Ask, ...]:
        """What is asked, in the order of the records."""
        return tuple(self._asks.values())

    def work(self, again: Sequence[Ask] = ()) -> Work:
        """What those take that have no reply yet.

        Args:
            again: Asks on top of them.
        """
        to_ask = [ask for ask in (*self.all(), *again) if ask.id not in self.answers]
        sent = sum(estimate(ask.chat.system or "") + estimate(ask.chat.prompt) for ask in to_ask)
        expected = Usage(sent, self._annotator.prompt.usual_reply * len(to_ask))
        return Work(
            to_ask=len(to_ask),
            input_tokens=expected.input_tokens,
            output_tokens=expected.output_tokens,
            dollars=self._annotator.dollars(expected),
        )
