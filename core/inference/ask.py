"""What is asked and what came back."""

import msgspec

from core.records.record import Chat


class Ask(msgspec.Struct, frozen=True):
    """One question to a model; its id is unique within a run and the same after a restart."""

    id: str
    chat: Chat


class Answer(msgspec.Struct, frozen=True):
    """One answer and what it took.

    Attributes:
        id: The ask's.
        text: The completion as the model gave it.
        stop_reason: As Converse names it: `end_turn`, `max_tokens` …
        input_tokens: Of the prompt, as billed.
        output_tokens: Of the completion, as billed.
        latency_ms: As the service measured it.
    """

    id: str
    text: str
    stop_reason: str
    input_tokens: int
    output_tokens: int
    latency_ms: int


class AskSettings(msgspec.Struct, frozen=True):
    """How a model is asked.

    Attributes:
        model: A model id, an inference profile, or an endpoint's ARN.
        max_tokens: The longest answer wanted.
        temperature: 0 for the likeliest answer.
        at_once: Asks under way at the same time.
    """

    model: str
    max_tokens: int = 512
    temperature: float = 0.0
    at_once: int = 8
