"""Bedrock's model invocation logs: what was asked, by Converse or InvokeModel, and what the model said.

Source: AWS, "Monitor model invocation using CloudWatch Logs and Amazon S3" (model-invocation-logging): a line has
`input.inputBodyJson` and `output.outputBodyJson`; bodies above 100 KB lie apart, at `inputBodyS3Path`.
"""

from collections.abc import Iterator, Mapping

from core.errors import OutcropError
from core.formatting.importing.container import FileRow
from core.formatting.importing.shape import Apart, Draft, Shape, ShapeContext, one_by_one
from core.formatting.importing.shapes import turns
from core.formatting.importing.unmapped import UnfitRow

_REASONING = frozenset({"thinking", "redacted_thinking", "reasoningContent"})
_PROMPTS = ("prompt", "inputText")  # Llama and Mistral, Titan
_FACTS = {"requestId": "request", "modelId": "model", "timestamp": "time", "operation": "operation"}


def _fits(row: FileRow) -> bool:
    return row.get("schemaType") == turns.LOG


def _record(row: FileRow, reading: ShapeContext) -> Iterator[Draft]:
    """The call as a chat, and which call it was.

    Raises:
        Misfit: It failed, its body lies apart and cannot be brought, or it is not text.
    """
    if row.get("errorCode"):
        raise UnfitRow("errorCode", f"the call failed: {row['errorCode']}", "There is nothing to learn from it")
    asked = _body(row, "input", reading.bring)
    if not isinstance(asked, Mapping):
        raise UnfitRow("input.inputBodyJson", "it is not an object", "Leave the record out")
    whole = _with(asked, _answer(_body(row, "output", reading.bring)))
    turns.refuse_tools(whole)
    yield turns.draft(turns.chat(whole), {name: str(row[key]) for key, name in _FACTS.items() if row.get(key)})


def _body(value: Mapping[str, object], side: str, apart: Apart | None) -> object:
    part = value.get(side)
    part = part if isinstance(part, Mapping) else {}
    body = part.get(f"{side}BodyJson")
    if body is None and part.get(f"{side}BodyS3Path"):
        return _brought(str(part[f"{side}BodyS3Path"]), side, apart)
    if body is None:
        raise UnfitRow(f"{side}.{side}BodyJson", "it is missing", "Log bodies as well: `textDataDeliveryEnabled`")
    return body


def _brought(address: str, side: str, apart: Apart | None) -> object:
    field, reason = f"{side}.{side}BodyS3Path", f"its body lies apart, at {address}"
    if apart is None:
        raise UnfitRow(field, reason, "Import it within a project whose profile may read that address")
    try:
        return apart(address)
    except OutcropError as error:
        raise UnfitRow(
            field, f"{reason}: {error.what}", error.todo or "Look whether the profile may read it"
        ) from error


def _with(asked: Mapping[str, object], answer: str) -> dict[str, object]:
    """The request and its answer as one conversation; an answer goes on where the request began it."""
    prompt = next((asked[name] for name in _PROMPTS if isinstance(asked.get(name), str)), None)
    said = [{"role": "user", "content": prompt}] if prompt is not None else asked.get("messages")
    if not isinstance(said, list) or not said:
        raise UnfitRow("input.inputBodyJson", "it has neither messages nor a prompt", "Leave the record out")
    if isinstance(said[-1], Mapping) and said[-1].get("role") == "assistant":
        begun = turns.text(said[-1].get("content"), f"messages[{len(said) - 1}].content")
        said, answer = said[:-1], begun + answer
    whole: dict[str, object] = {"messages": [*said, {"role": "assistant", "content": answer}]}
    if asked.get("system"):
        whole["system"] = asked["system"]
    if asked.get("tools") or asked.get("toolConfig"):
        whole["tools"] = True
    return whole


def _answer(body: object) -> str:
    if isinstance(body, list):  # the events of a stream
        return "".join(piece for event in body for piece in _pieces(event))
    if isinstance(body, Mapping):
        output = body.get("output")
        message = output.get("message") if isinstance(output, Mapping) else body
        if isinstance(message, Mapping) and "content" in message:
            return turns.text(_spoken(message["content"]), "output.outputBodyJson.content")
        for found in (body.get("generation"), body.get("completion"), *_results(body)):
            if isinstance(found, str):
                return found
    raise UnfitRow("output.outputBodyJson", "it holds no answer in text", "Leave the record out")


def _spoken(content: object) -> object:
    """The answer's blocks without what the model thought to itself."""
    if not isinstance(content, list):
        return content
    return [
        block
        for block in content
        if not (isinstance(block, Mapping) and (block.get("type") in _REASONING or block.keys() & _REASONING))
    ]


def _pieces(event: object) -> Iterator[str]:
    if not isinstance(event, Mapping):
        return
    delta = event.get("delta") or (event.get("contentBlockDelta") or {}).get("delta")
    for found in (delta.get("text") if isinstance(delta, Mapping) else None, event.get("generation")):
        if isinstance(found, str):
            yield found


def _results(body: Mapping[str, object]) -> Iterator[object]:
    for name, key in (("results", "outputText"), ("outputs", "text")):
        found = body.get(name)
        if isinstance(found, list) and found and isinstance(found[0], Mapping):
            yield found[0].get(key)


INVOCATION_LOG = Shape(
    name="invocation-log", fits=_fits, drafts=one_by_one(_record), template="chat", lies_apart=True
)
