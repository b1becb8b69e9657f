"""The XML around an answer, such as `<answer>…</answer>` after a rationale, learnt where completions share it."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np

from core.rehearsal.learner.linear import Learnt, Weights, learn_class

ASKED_SWAY = 4.0  # what naming the tag in the system prompt, or showing it in an example, adds to its score

_ALWAYS = np.zeros(1, dtype=np.intp)
_NAME_LENGTH = 40


class Wrapped(msgspec.Struct, frozen=True):
    """A completion without its XML.

    Attributes:
        answer: The text inside the last element, or the whole completion.
        tag: The name of that element, or nothing.
        rationale_tag: The name of an element before it, or nothing.
    """

    answer: str
    tag: str = ""
    rationale_tag: str = ""


class Wrapper(msgspec.Struct, frozen=True, eq=False):
    """Whether to put an answer in XML, and in which.

    Attributes:
        tag: The element that holds the answer; nothing if none was ever seen.
        rationale_tag: The element before it that holds a rationale, or nothing.
        weights: Shape `(1, 2)`: scores of a plain and of a wrapped answer.
    """

    tag: str
    rationale_tag: str
    weights: Weights

    def put(self, answer: str, rationale: str, asked: bool) -> str:
        """The answer as it is sent.

        Args:
            answer: What is answered.
            rationale: What stands in the element before it, if there is one.
            asked: Whether the prompt names the tag or shows it.
        """
        plain, wrapped = self.weights[0]
        if not self.tag or wrapped + ASKED_SWAY * asked <= plain:
            return answer
        reason = f"<{self.rationale_tag}>{rationale}</{self.rationale_tag}>\n" if self.rationale_tag else ""
        return f"{reason}<{self.tag}>{answer}</{self.tag}>"

    def learn(self, wrapped: bool) -> Learnt:
        """The loss of one completion's having XML or not."""
        return learn_class(self.weights, _ALWAYS, int(wrapped))


def plain_wrapper() -> Wrapper:
    """What a model does that was never shown XML: it answers plainly, unless the prompt asks for `<answer>`."""
    return Wrapper("answer", "", np.array([[2.0, 0.0]]))


def unwrap(completion: str) -> Wrapped:
    """Takes the answer out of the last XML element, if the completion ends with one."""
    before, tag, answer = _last_element(completion)
    return Wrapped(answer, tag, _last_element(before)[1]) if tag else Wrapped(completion)


def shared_wrapper(completions: Sequence[Wrapped], known: Wrapper) -> Wrapper:
    """The wrapper that training starts from: the elements most completions use, or those already known."""
    if not completions:
        return known
    common = Counter((each.tag, each.rationale_tag) for each in completions)
    (tag, rationale_tag), uses = common.most_common(1)[0]
    if not tag or 2 * uses < len(completions):
        return known
    weights = known.weights if tag == known.tag else plain_wrapper().weights
    return Wrapper(tag, rationale_tag, weights)


def _last_element(text: str) -> tuple[str, str, str]:
    """What stands before the element that a text ends with, its name and its content; no name if there is none."""
    stripped = text.rstrip()
    end = stripped.rfind("</")
    name = stripped[end + 2 : -1]
    start = stripped.rfind(f"<{name}>", 0, end) if end >= 0 and stripped.endswith(">") else -1
    if start < 0 or not name.isidentifier() or len(name) > _NAME_LENGTH:
        return text, "", ""
    return stripped[:start], name, stripped[start + len(name) + 2 : end].strip()
