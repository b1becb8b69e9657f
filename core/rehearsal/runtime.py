"""Asking models: Converse, InvokeModel with the Anthropic messages body, CountTokens."""

import json
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from core.aws.shapes import Payload
from core.aws.wire import ServiceError
from core.catalog.model import EndpointKind, Model
from core.records.record import Chat, Message
from core.rehearsal import endpoints
from core.rehearsal.judge import asked_to_judge, judge
from core.rehearsal.learner import StandIn, base_model
from core.rehearsal.reasoning import asked_to_reason, reason
from core.rehearsal.timeline import endpoint_ready
from core.rehearsal.world import Handler, World

# A plain rule, roughly four characters a token, that says nothing about Claude's own tokenizer.
_PIECE = re.compile(r"[^\W\d_]{1,5}|\d{1,3}|[^\w\s]|_")
_TURN = 4  # tokens that mark one turn

_CACHED_MODELS = 8


class _Block(msgspec.Struct, frozen=True):
    type: str
    text: str = ""


class _Turn(msgspec.Struct, frozen=True):
    role: Literal["user", "assistant"]
    content: str | list[_Block]


class _AnthropicBody(msgspec.Struct, frozen=True):
    """The messages body, as far as the stand-in heeds it; what else Anthropic's models take is let pass."""

    anthropic_version: Literal["bedrock-2023-05-31"]
    max_tokens: Annotated[int, msgspec.Meta(ge=1)]
    messages: list[_Turn]
    system: str | list[_Block] = ""
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    stop_sequences: list[str] = []


class LearnerCache:
    """Stand-ins by what is asked for, the last few kept in memory."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, StandIn] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, world: World, region: str, model_id: str) -> StandIn:
        """The model behind an identifier or an endpoint's ARN.

        Raises:
            ServiceError: It cannot be asked, in AWS's words.
        """
        if ":provisioned-model/" in model_id or ":custom-model-deployment/" in model_id:
            return self._behind_endpoint(world, region, model_id)
        if ":custom-model/" in model_id or world.state.models("region = ? AND name = ?", (region, model_id)):
            raise _needs_endpoint(model_id)
        model = world.living(model_id)
        if model.tuning and model_id == model.tuning.base_id:
            raise ServiceError("ValidationException", "The provided model identifier is invalid.")
        return self._base(model)

    def _behind_endpoint(self, world: World, region: str, arn: str) -> StandIn:
        kind: EndpointKind = "provisioned" if ":provisioned-model/" in arn else "on-demand"
        row = endpoints.find(world, region, arn, kind)
        if not endpoint_ready(row, world.time()):
            raise ServiceError(
                "ModelNotReadyException", "The model is not ready for inference yet. Please try again."
            )
        tuned = world.state.models("arn = ?", (row.model,))
        if not tuned:
            return self._base(world.living(row.model))
        with self._lock:
            if row.model in self._kept:
                self._kept.move_to_end(row.model)
                return self._kept[row.model]
        stand_in = StandIn.from_bytes(world.state.weights(row.model))
        with self._lock:
            self._kept[row.model] = stand_in
            while len(self._kept) > _CACHED_MODELS:
                self._kept.popitem(last=False)
        return stand_in

    def _base(self, model: Model) -> StandIn:
        with self._lock:  # or all the callers of the first moment would each train it
            return base_model(model.rehearsal_reading)


_models = LearnerCache()


def converse(world: World, region: str, request: Payload) -> Payload:
    """Converse."""
    started = time.perf_counter()
    chat = _chat(request)
    settings = request.get("inferenceConfig", {})
    text, reason = _answer(world, region, request["modelId"], chat, settings.get("maxTokens", 4096))
    text, reason, _ = _stopped(text, reason, settings.get("stopSequences", ()))
    sent, said = tokens_of_chat(chat), tokens_of(text)
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": reason,
        "usage": {"inputTokens": sent, "outputTokens": said, "totalTokens": sent + said},
        "metrics": {"latencyMs": max(1, round((time.perf_counter() - started) * 1000))},
    }


def invoke(world: World, region: str, request: Payload) -> Payload:
    """InvokeModel with the body that Anthropic's models take."""
    body = _anthropic_body(request.get("body", b""))
    chat = _anthropic_chat(body)
    text, reason = _answer(world, region, request["modelId"], chat, body.max_tokens)
    text, reason, sequence = _stopped(text, reason, body.stop_sequences)
    answer = {
        "id": f"msg_bdrk_{secrets.token_hex(12)}",
        "type": "message",
        "role": "assistant",
        "model": request["modelId"],
        "content": [{"type": "text", "text": text}],
        "stop_reason": reason,
        "stop_sequence": sequence,
        "usage": {"input_tokens": tokens_of_chat(chat), "output_tokens": tokens_of(text)},
    }
    return {"body": json.dumps(answer).encode(), "contentType": "application/json"}


def count_tokens(world: World, region: str, request: Payload) -> Payload:
    """CountTokens, for foundation models only."""
    del region  # tokens are counted alike everywhere
    world.living(request["modelId"])
    asked = request["input"]
    if "converse" in asked:
        return {"inputTokens": tokens_of_chat(_chat(asked["converse"]))}
    return {"inputTokens": tokens_of_chat(_anthropic_chat(_anthropic_body(asked["invokeModel"]["body"])))}


OPERATIONS: dict[str, Handler] = {
    "Converse": converse,
    "InvokeModel": invoke,
    "CountTokens": count_tokens,
}


def _answer(world: World, region: str, model_id: str, chat: Chat, most: int) -> tuple[str, str]:
    if not chat.messages or chat.messages[-1].role != "user":
        raise ServiceError("ValidationException", "The conversation must end with a user message.")
    text = _said(_models.get(world, region, model_id), chat)
    kept = cut(text, most)
    return kept, "end_turn" if kept == text else "max_tokens"


def _said(model: StandIn, chat: Chat) -> str:
    """A verdict, the reasons of a known answer, or an answer: whatever the prompt asks for."""
    if judging := asked_to_judge(chat):
        return judge(model, judging)
    if known := asked_to_reason(chat):
        return reason(model, known)
    return model.answer(chat)


def _stopped(text: str, reason: str, sequences: Iterable[str]) -> tuple[str, str, str | None]:
    """Cuts a text at the first stop sequence in it; says which that was."""
    found = [(text.index(sequence), sequence) for sequence in sequences if sequence and sequence in text]
    if not found:
        return text, reason, None
    at, sequence = min(found)
    return text[:at], "stop_sequence", sequence


def _needs_endpoint(model_id: str) -> ServiceError:
    return ServiceError(
        "ValidationException",
        f"Invocation of model ID {model_id} with on-demand throughput isn’t supported. Retry your request with the"
        " ID or ARN of an inference profile that contains this model.",
    )


def _chat(request: Payload) -> Chat:
    system = "\n".join(block.get("text", "") for block in request.get("system", ())) or None
    turns = tuple(
        Message(turn["role"], "\n".join(block.get("text", "") for block in turn["content"]))
        for turn in request.get("messages", ())
    )
    return Chat(turns, system)


def _anthropic_body(raw: bytes) -> _AnthropicBody:
    try:
        return msgspec.json.decode(raw, type=_AnthropicBody)
    except msgspec.ValidationError as error:
        missing = re.search(r"missing required field `(\w+)`", str(error))
        said = f"#: required key [{missing.group(1)}] not found" if missing else str(error)
    except msgspec.MsgspecError as error:
        said = str(error)
    raise ServiceError("ValidationException", f"Malformed input request: {said}, please reformat your input.")


def _anthropic_chat(body: _AnthropicBody) -> Chat:
    turns = tuple(Message(turn.role, _words(turn.content)) for turn in body.messages)
    return Chat(turns, _words(body.system) or None)


def _words(content: str | list[_Block]) -> str:
    return content if isinstance(content, str) else "\n".join(block.text for block in content)


def tokens_of(text: str) -> int:
    """Tokens of a text: pieces of words of up to five letters, of up to three digits, and single signs."""
    return len(_PIECE.findall(text))


def tokens_of_chat(chat: Chat) -> int:
    """Tokens of a prompt, the marks of its turns included."""
    return tokens_of(chat.system or "") + sum(_TURN + tokens_of(turn.content) for turn in chat.messages)


def cut(text: str, most: int) -> str:
    """The first `most` tokens of a text."""
    for number, piece in enumerate(_PIECE.finditer(text)):
        if number == most:
            return text[: piece.start()].rstrip()
    return text
