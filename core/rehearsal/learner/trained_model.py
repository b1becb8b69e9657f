"""The stand-in: reads a chat, finds an answer in it, and puts it in the manner that it has learnt."""

import msgspec

from core.errors import InputError
from core.records.record import Chat
from core.rehearsal.learner.asked_question import share_of_words
from core.rehearsal.learner.classifier import Classifier
from core.rehearsal.learner.features import DENSE, SLOTS, featurise
from core.rehearsal.learner.gold import find_gold
from core.rehearsal.learner.lesson import is_table_question
from core.rehearsal.learner.linear import Packed, pack, unpack
from core.rehearsal.learner.memory import Memory
from core.rehearsal.learner.question_head import QuestionHead
from core.rehearsal.learner.ranker import MOSTLY_ONE, SEVERAL, Ranker, listed
from core.rehearsal.learner.read_prompt import ReadPrompt, read
from core.rehearsal.learner.style import Manner, manner_of, put, put_quote, swayed
from core.rehearsal.learner.wrapper import Wrapper, unwrap

NO_ANSWER = "I cannot find the answer in the text."
FORMAT = 1  # of `to_bytes`; raised when features or layout change, since weights belong to their features


class StandIn(msgspec.Struct, frozen=True, eq=False):
    """A model of the rehearsal; training makes a new one and leaves this one as it is.

    Attributes:
        ranker: Chooses a cell or a sentence of the prompt.
        style: Chooses between a bare answer, a phrase and a full sentence.
        arity: Chooses between one cell and several.
        wrapper: Chooses whether to put it in XML.
        texts: Answers prompts without a table, once trained on such.
    """

    ranker: Ranker
    style: QuestionHead
    arity: QuestionHead
    wrapper: Wrapper
    texts: Classifier | Memory | None = None

    def answer(self, chat: Chat) -> str:
        """The answer to the last question of a chat; every chat gets one."""
        prompt = read(chat)
        features = featurise(prompt.grid, prompt.prose, prompt.question)
        if self.texts is not None and not is_table_question(prompt, features):
            return self.texts.answer(prompt.text) or NO_ANSWER
        if not features.candidates:
            return NO_ANSWER
        manner = swayed(self.style.scores(prompt.question), _shown(prompt))
        probabilities = self.ranker.probabilities(features)
        best = features.candidates[int(probabilities.argmax())]
        if best.type == "quote":
            answer, reason = put_quote(best, prompt.question, manner), "The text says so."
        else:
            several = self.arity.scores(prompt.question).argmax() == SEVERAL
            cells = listed(features, probabilities) if several else [best]
            answer = put(", ".join(cell.text.rstrip(" ,") for cell in cells), prompt.question, manner)
            reason = f"The row “{best.label}” says so."
        return self.wrapper.put(answer, reason, self._wants_xml(prompt))

    def score(self, chat: Chat, answer: str) -> float:
        """How well this model supports an answer, from 0 to 1.

        It is the ranker's probability of the cell or sentence that the answer names, divided by that of its own
        choice: 1 means that it would answer the same. Things in a list are averaged. An answer that names nothing
        gets half the share of its words that the prompt has: plausible, not verified. A model trained on prompts
        without a table gives for such the classifier's probability divided by its best, or the share of the
        answer's words that the nearest neighbour's answer has.
        """
        prompt, given = read(chat), unwrap(answer).answer
        features = featurise(prompt.grid, prompt.prose, prompt.question)
        if self.texts is not None and not is_table_question(prompt, features):
            return self.texts.score(prompt.text, answer.strip())
        named = find_gold(features.candidates, given, prompt.question).named
        if not named:
            return share_of_words(given, prompt.text) / 2
        probabilities = self.ranker.probabilities(features)
        support = [float(probabilities[numbers].max()) for numbers in named]
        return sum(support) / len(support) / float(probabilities.max())

    def to_bytes(self) -> bytes:
        """The whole model; equal models give equal bytes."""
        texts = self.texts
        saved = _Saved(
            format=FORMAT,
            dense=pack(self.ranker.dense),
            hashed=pack(self.ranker.hashed),
            style=pack(self.style.weights),
            arity=pack(self.arity.weights),
            wrapper=(self.wrapper.tag, self.wrapper.rationale_tag, pack(self.wrapper.weights)),
            classifier=(texts.labels, pack(texts.weights)) if isinstance(texts, Classifier) else None,
            memory=[(sorted(text), answer) for text, answer in texts.entries] if isinstance(texts, Memory) else None,
        )
        return msgspec.msgpack.encode(saved)

    @staticmethod
    def from_bytes(data: bytes) -> "StandIn":
        """Reads what `to_bytes` wrote.

        Raises:
            InputError: If the bytes are not a model of this version.
        """
        try:
            return _restore(msgspec.msgpack.decode(data, type=_Saved))
        except (msgspec.DecodeError, ValueError) as error:
            what = "These bytes are not a rehearsed model"
            raise InputError(what, why=str(error), todo="Train it again") from error

    def _wants_xml(self, prompt: ReadPrompt) -> bool:
        tag = self.wrapper.tag
        return f"<{tag}>" in prompt.system or any(unwrap(turn).tag == tag for turn in prompt.turns)


class _Saved(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    format: int
    dense: Packed
    hashed: Packed
    style: Packed
    arity: Packed
    wrapper: tuple[str, str, Packed]
    classifier: tuple[tuple[str, ...], Packed] | None
    memory: list[tuple[list[str], str]] | None


def _restore(saved: _Saved) -> StandIn:
    if saved.format != FORMAT:
        raise ValueError(f"format {saved.format} where {FORMAT} was expected")
    texts: Classifier | Memory | None = None
    if saved.classifier is not None:
        labels, weights = saved.classifier
        texts = Classifier(labels, unpack(weights, (SLOTS, len(labels))))
    elif saved.memory is not None:
        texts = Memory((frozenset(text), answer) for text, answer in saved.memory)
    tag, rationale_tag, wrapper = saved.wrapper
    return StandIn(
        Ranker(unpack(saved.dense, (len(DENSE),)), unpack(saved.hashed, (SLOTS,))),
        QuestionHead(unpack(saved.style, (SLOTS, len(Manner)))),
        QuestionHead(unpack(saved.arity, (SLOTS, len(MOSTLY_ONE)))),
        Wrapper(tag, rationale_tag, unpack(wrapper, (1, 2))),
        texts,
    )


def _shown(prompt: ReadPrompt) -> list[Manner]:
    return [manner_of(unwrap(answer).answer, 0) for answer in (*prompt.examples, *prompt.turns)]
