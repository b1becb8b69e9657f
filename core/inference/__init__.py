"""Leaf: ask a model N things, bounded, resumable, each answer paid once. `run.run` is the way to do it."""

from core.inference.answers import Usage, kept, usage
from core.inference.ask import Answer, Ask, Settings

__all__ = ["Answer", "Ask", "Settings", "Usage", "kept", "usage"]
