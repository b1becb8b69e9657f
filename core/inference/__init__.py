"""Leaf: ask a model N things, bounded, resumable, each answer paid once. `run.run` is the way to do it."""

from core.inference.answers import Usage, kept, usage
from core.inference.ask import Answer, Ask, AskSettings

__all__ = ["Answer", "Ask", "AskSettings", "Usage", "kept", "usage"]
