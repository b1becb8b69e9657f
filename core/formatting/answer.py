"""How the answer is taken out of a completion, so that a rationale or a wrapper never spoils a score."""

import re

WHOLE = "whole"  # the rule that takes the whole completion; any other is the name of an XML tag


def take(rule: str, completion: str) -> str:
    """The answer inside a completion; all of it where the tag is missing, so that it scores as it is.

    Args:
        rule: `whole`, or the name of a tag such as `answer`; the last one counts.
        completion: What the model wrote.
    """
    if rule == WHOLE:
        return completion.strip()
    tag = re.escape(rule)
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", completion, re.DOTALL)
    return found[-1].strip() if found else completion.strip()
