"""What asking will take, and how sure that is: nobody is asked yet."""

from collections.abc import Callable, Sequence

import msgspec

from core.data import calibration
from core.data.annotation.annotator import Annotator, AnyPrompt
from core.data.annotation.case import AGAIN, Case, key_of
from core.data.annotation.prompt import Questioner
from core.data.calibration import Basis, Calibration, basis, characters
from core.inference import Ask, Usage, kept
from core.records.tokens import estimate_characters
from core.workspace import Workspace


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What asking will take.

    Attributes:
        to_ask: Asks without a reply yet.
        input_tokens: About how many will be sent.
        basis: What that rests on.
        output_tokens: About how many will come back.
        replies: How many were billed before, which that rests on; with none, on how long a reply usually is.
        dollars: What those cost; None while a price is unknown.
        most_dollars: The same with the error on top, and each reply as long as the prompt allows; None while one of
            them is unknown.
    """

    to_ask: int
    input_tokens: int
    basis: Basis
    output_tokens: int
    replies: int
    dollars: float | None
    most_dollars: float | None


class Asks:
    """What is to be asked about some records: each different thing once, whether it has a reply or not."""

    def __init__(self, workspace: Workspace, annotator: Annotator[AnyPrompt]) -> None:
        """Begins without any.

        Raises:
            InputError: The prompt goes wrong.
        """
        self.answers = kept(workspace.store, annotator.run)
        self._workspace, self._annotator = workspace, annotator
        self._questioner = Questioner(annotator.prompt)
        self._asks: dict[str, Ask] = {}
        self._cases: dict[tuple[str, str], int] = {}  # characters
        self._billed: dict[str, tuple[int, int]] = {}  # characters and tokens, of each context once: it errs alike

    def add(self, ask: str, case: Case) -> None:
        """Asks about a case, once under each id.

        Raises:
            InputError: The prompt asks for something that a case does not have.
        """
        if ask not in self._asks:
            self._asks[ask] = Ask(ask, self._questioner.chat(case))
            self._cases[key_of(ask)] = case.characters
            self.look_back(ask, case)

    def look_back(self, ask: str, case: Case) -> None:
        """Takes what a case was billed with, if it was asked about before, as a measure of what others will be."""
        answer = self.answers.get(ask)
        about = case.context or case.question
        if answer is not None and about not in self._billed:
            self._billed[about] = characters(self._questioner.chat(case)), answer.input_tokens

    def all(self) -> tuple[Ask, ...]:
        """What is asked, in the order of the records."""
        return tuple(self._asks.values())

    def left(self, again: Sequence[Ask] = ()) -> list[Ask]:
        """Those without a reply, and those of `again`."""
        return [ask for ask in (*self.all(), *again) if ask.id not in self.answers]

    def work(self, again: Sequence[Ask] = ()) -> Work:
        """What those take that have no reply yet, with as many second asks as there were until now.

        Args:
            again: Asks on top of them.
        """
        to_ask = self.left(again)
        tokens, counted = self._measure()
        firsts = sum(not ask.endswith(AGAIN) for ask in self.answers)
        rounds = len(self.answers) / firsts if firsts else 1.0
        prompt, said = self._annotator.prompt, [answer.output_tokens for answer in self.answers.values()]
        reply = sum(said) / len(said) if said else prompt.usual_reply
        expected = Usage(round(rounds * sum(map(tokens, to_ask))), round(rounds * reply * len(to_ask)))
        most = None
        if counted.error is not None:
            sent = round(expected.input_tokens * (1 + counted.error))
            most = self._annotator.dollars(Usage(sent, round(rounds * prompt.max_tokens * len(to_ask))))
        return Work(
            to_ask=len(to_ask),
            input_tokens=expected.input_tokens,
            basis=counted,
            output_tokens=expected.output_tokens,
            replies=len(said),
            dollars=self._annotator.dollars(expected),
            most_dollars=most,
        )

    def _measure(self) -> tuple[Callable[[Ask], float], Basis]:
        """Tokens of an ask: as such asks were billed, else as the project's records were counted."""
        from core.data.token_estimate import LEAST, fit

        asked, billed = self._annotator.model, list(self._billed.values())
        if len(billed) >= LEAST:
            own = fit(asked, "usage", billed)
            return lambda ask: own.prompt(characters(ask.chat)), basis(own, asked)
        found = calibration.kept(self._workspace)
        if found is not None:
            return lambda ask: self._around(found, ask), basis(found, asked)
        if billed:
            rate = sum(tokens for _, tokens in billed) / sum(length for length, _ in billed)
            return lambda ask: rate * characters(ask.chat), Basis(f"usage of {asked}", len(billed))
        return lambda ask: estimate_characters(characters(ask.chat)), Basis()

    def _around(self, found: Calibration, ask: Ask) -> int:
        """The case as its record was counted, and the prompt's own words, which nobody has counted, as any text."""
        length = characters(ask.chat)
        case = min(length, self._cases[key_of(ask.id)])
        return found.prompt(case) + estimate_characters(length - case)
