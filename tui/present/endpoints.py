"""What is known of endpoints while nobody answers, in words."""

from datetime import datetime
from typing import TYPE_CHECKING

from core.text import count, when

if TYPE_CHECKING:
    from core.deployment.last_known import LastKnown


def last_answer(known: "LastKnown | None", now: datetime) -> str:
    """The last answer as a sentence."""
    if known is None:
        return "Which endpoints there are is not known: nobody has answered yet."
    at = f"The last answer, at {when(known.at, now)}:"
    if not known.endpoints:
        return f"{at} no endpoints at {known.location}."
    return f"{at} {count(known.endpoints, 'endpoint')} at {known.location}, {known.meter}."
