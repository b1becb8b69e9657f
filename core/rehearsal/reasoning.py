"""How a stand-in gives the reasons of a known answer: where it stands in the context, as its own ranker sees it."""

from core.records.record import Chat
from core.rehearsal.judge import MOST_NAMED, Judging, known_answer, place, quoted
from core.rehearsal.learner import StandIn
from core.rehearsal.learner.asked_question import share_of_words
from core.rehearsal.learner.features import featurise
from core.rehearsal.learner.gold import find_gold
from core.rehearsal.learner.read_prompt import read
from core.rehearsal.learner.wrapper import unwrap


def asked_to_reason(chat: Chat) -> Judging | None:
    """What a prompt asks the reasons of: it speaks of `<reason>` and has `<context>`, `<question>` and `<answer>`.

    Returns:
        None for a prompt that asks for anything else, a verdict included.
    """
    asked = f"{chat.system or ''}\n{chat.prompt}"
    return known_answer(chat) if "<reason>" in asked and "<judgement>" not in asked else None


def reason(model: StandIn, known: Judging) -> str:
    """The reasons, in `<reason>`: two sentences, computed from the context and the answer."""
    return f"<reason>\n{_reasons(model, known)}\n</reason>"


def _reasons(model: StandIn, known: Judging) -> str:
    prompt, answer = read(known.chat), unwrap(known.answer).answer
    features = featurise(prompt.grid, prompt.prose, prompt.question)
    asked = f"The question asks: {quoted(prompt.question)}." if prompt.question else "There is no question."
    if not features.candidates:
        return f"{asked} The context has no table and no sentence, so {quoted(answer)} follows from it alone."
    named = find_gold(features.candidates, answer, prompt.question).named
    if not named:
        share = share_of_words(answer, prompt.text)
        return f"{asked} {share:.0%} of the words of the answer are found in the context, which it puts together."
    probabilities = model.ranker.probabilities(features)
    found = [features.candidates[int(numbers[probabilities[numbers].argmax()])] for numbers in named]
    places = " and ".join(place(each, features) for each in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"{asked} It is answered by {places}{more}."
