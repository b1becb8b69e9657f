"""Asking a model: Converse, and CountTokens where the model has it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from core.aws.session import Connection
from core.aws.shapes import Payload
from core.records.record import Chat


class Reply(msgspec.Struct, frozen=True):
    """What a model answered, and what that took."""

    text: str
    stop_reason: str
    input_tokens: int
    output_tokens: int
    latency_ms: int


def converse(
    connection: Connection,
    model: str,
    chat: Chat,
    *,
    max_tokens: int = 512,
    temperature: float = 0.0,
    patient: bool = True,
) -> Reply:
    """Asks a model.

    Args:
        connection: Where.
        model: A model id, an inference profile, or the ARN of an endpoint.
        chat: The conversation up to the user's last turn.
        max_tokens: The longest answer wanted.
        temperature: 0 for the likeliest answer.
        patient: Try long and often, as batch work should.
    """
    body = request_body(chat, max_tokens=max_tokens, temperature=temperature)
    return read_reply(connection.call("bedrock-runtime", "converse", patient=patient, modelId=model, **body))


def request_body(chat: Chat, *, max_tokens: int, temperature: float) -> Payload:
    """What Converse is sent besides the model; a record of a batch job has the same shape."""
    return _conversation(chat) | {"inferenceConfig": {"maxTokens": max_tokens, "temperature": temperature}}


def read_reply(answer: Mapping[str, Any]) -> Reply:
    """What Converse answered; a record of a batch job has no latency.

    Raises:
        LookupError: It is not the shape of an answer.
    """
    blocks = answer["output"]["message"]["content"]
    usage = answer["usage"]
    return Reply(
        text="".join(block.get("text", "") for block in blocks),
        stop_reason=answer["stopReason"],
        input_tokens=usage["inputTokens"],
        output_tokens=usage["outputTokens"],
        latency_ms=answer.get("metrics", {}).get("latencyMs", 0),
    )


def count_tokens(connection: Connection, model: str, chat: Chat) -> int:
    """How many tokens a foundation model makes of a prompt. Tuned models cannot be asked."""
    answer = connection.call(
        "bedrock-runtime", "count_tokens", modelId=model, input={"converse": _conversation(chat)}
    )
    return int(answer["inputTokens"])


def _conversation(chat: Chat) -> Payload:
    messages = [{"role": turn.role, "content": [{"text": turn.content}]} for turn in chat.messages]
    return {"messages": messages} | ({"system": [{"text": chat.system}]} if chat.system else {})
