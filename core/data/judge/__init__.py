"""LLM as a judge: a model says of each record whether its answer is right, and why; a person decides what follows.

`prompt` is what it is asked, `run` asks, `verdict` reads a reply, `verdicts` finds those there are, `agreement`
compares them with what people decided.
"""

from core.data.judge.verdict import Judgement, Verdict

__all__ = ["Judgement", "Verdict"]
