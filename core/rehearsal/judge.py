"""How a stand-in judges: its own score decides, and the reason says which cell or sentence it saw the answer in."""

import msgspec

from core.records.record import Chat, Message
from core.rehearsal.learner import StandIn
from core.rehearsal.learner.asked_question import share_of_words
from core.rehearsal.learner.candidate import Candidate
from core.rehearsal.learner.features import Features, featurise
from core.rehearsal.learner.gold import find_gold
from core.rehearsal.learner.lesson import is_table_question
from core.rehearsal.learner.read_prompt import ReadPrompt, read
from core.rehearsal.learner.wrapper import unwrap
from core.text import clip

ACCEPTED = 0.5  # an answer that scores more is correct; what that finds is measured in docs/rehearsal-learner.md

MOST_NAMED = 3  # cells of a list that a reason names
_QUOTED = 60  # characters of a cell or sentence that a reason repeats
_HARMLESS = str.maketrans("<>\n", "‹› ")  # what is quoted must not end the reason


class Judging(msgspec.Struct, frozen=True):
    """A prompt that asks for something about an answer, such as a verdict.

    Attributes:
        chat: The context and the question, as one asks for the answer itself.
        answer: The answer.
    """

    chat: Chat
    answer: str


def asked_to_judge(chat: Chat) -> Judging | None:
    """What a prompt asks to judge: it speaks of `<judgement>` and has `<context>`, `<question>` and `<answer>`.

    Returns:
        None for a prompt that asks for anything else.
    """
    return known_answer(chat) if "<judgement>" in chat.prompt or "<judgement>" in (chat.system or "") else None


def known_answer(chat: Chat) -> Judging | None:
    """A prompt's context, question and answer; None where one of them is missing."""
    before, answer = take_last(chat.prompt, "answer")
    before, question = take_last(before, "question")
    _, context = take_last(before, "context")
    if answer is None or question is None or context is None:
        return None
    return Judging(Chat((Message("user", f"{context}\n\n<question>\n{question}\n</question>"),)), answer)


def judge(model: StandIn, asked: Judging) -> str:
    """The verdict in the article's elements: `<reason>`, then `<judgement>`.

    An answer is correct if its score, from 0 to 1, is above `ACCEPTED`.
    """
    score = model.score(asked.chat, asked.answer)
    word = "correct" if score > ACCEPTED else "incorrect"
    return f"<reason>\n{_reason(model, asked, score)}\n</reason>\n\n<judgement>{word}</judgement>"


def _reason(model: StandIn, asked: Judging, score: float) -> str:
    """What the score rests on, in two or three sentences."""
    prompt = read(asked.chat)
    features = featurise(prompt.grid, prompt.prose, prompt.question)
    if model.texts is not None and not is_table_question(prompt, features):
        own = quoted(model.texts.answer(prompt.text)) or "nothing"
        return f"Asked the same, I would answer {own}. The given answer has a share of {score:.0%} of that."
    if not features.candidates:
        return "The context has no table and no sentence to check the answer against."
    return _from_context(model, prompt, features, unwrap(asked.answer).answer, score)


def _from_context(model: StandIn, prompt: ReadPrompt, features: Features, answer: str, score: float) -> str:
    """Where the answer stands in the context, and what the ranker would rather have."""
    probabilities = model.ranker.probabilities(features)
    candidates = features.candidates
    best = candidates[int(probabilities.argmax())]
    named = find_gold(candidates, answer, prompt.question).named
    if not named:
        share = share_of_words(answer, prompt.text)
        seen = f"The answer is no cell and no sentence of the context; {share:.0%} of its words are found there."
        return f"{seen} What fits the question best is {place(best, features)}."
    found = [candidates[int(numbers[probabilities[numbers].argmax()])] for numbers in named]
    if found == [best]:
        return f"The answer stands in the context: {place(best, features)}. Nothing in it fits the question better."
    places = " and ".join(place(each, features) for each in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    seen = f"The answer names {places}{more}. What fits the question best is {place(best, features)}."
    return f"{seen} Beside that the answer has {score:.0%} of the support."


def place(candidate: Candidate, features: Features) -> str:
    """What a candidate is, and where: `the cell “11” in the row “Tea” under “2019”`."""
    text = quoted(candidate.text)
    kind = {"quote": "sentence", "header": "header", "year": "header", "label": "row"}.get(candidate.type)
    if kind:
        return f"the {kind} {text}"
    row = f" in the row {quoted(candidate.label)}" if candidate.label else ""
    return f"the cell {text}{row}{_under(candidate, features)}"


def _under(candidate: Candidate, features: Features) -> str:
    """The header next above a cell."""
    above = [
        each
        for each in features.candidates
        if each.type in ("header", "year") and each.column == candidate.column and each.row < candidate.row
    ]
    return f" under {quoted(max(above, key=lambda each: each.row).text)}" if above else ""


def quoted(text: str) -> str:
    """A text in quotation marks, cut, without what would end a reason; nothing for nothing."""
    return f"“{clip(text.translate(_HARMLESS), _QUOTED)}”" if text else ""


def take_last(text: str, name: str) -> tuple[str, str | None]:
    """The text before the last element of a name, and what is in it; None where there is no such element."""
    before, tag, rest = text.rpartition(f"<{name}>")
    return before, rest.partition(f"</{name}>")[0].strip() if tag else None
