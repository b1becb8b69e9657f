"""Asking models: Converse, InvokeModel with Anthropic's messages body, CountTokens."""

import json

import pytest
from rehearsed import HAIKU, TUNABLE_HAIKU, Rehearsed, refuses, turns

from core.aws import runtime
from core.records.record import Chat, Message
from core.rehearsal.runtime import tokens_of, tokens_of_chat

QUESTION = turns(41)[0]["content"]
ASKED = [{"role": "user", "content": [{"text": QUESTION}]}]


@pytest.fixture(scope="module")
def client(rehearsal: Rehearsed):
    return rehearsal.client("bedrock-runtime")


@pytest.fixture(scope="module")
def tuned(rehearsal: Rehearsed):
    return rehearsal.tuned("asked-later")


@pytest.fixture(scope="module")
def whole(client):
    """What the base model answers when nothing cuts it short."""
    return client.converse(modelId=HAIKU, messages=ASKED)


def text(answer):
    (block,) = answer["output"]["message"]["content"]
    return block["text"]


def body(**changes):
    whole = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": QUESTION}],
    } | changes
    return json.dumps({name: value for name, value in whole.items() if value is not None})


def invoked(client, **changes):
    answer = client.invoke_model(modelId=HAIKU, body=body(**changes))
    assert answer["contentType"] == "application/json"
    return json.loads(answer["body"].read())


# Converse


def test_a_base_model_answers_on_demand(whole):
    assert whole["output"]["message"]["role"] == "assistant"
    assert text(whole)
    assert whole["stopReason"] == "end_turn"
    assert whole["metrics"]["latencyMs"] > 0


def test_usage_counts_what_was_sent_and_said(whole):
    usage = whole["usage"]
    assert usage["outputTokens"] == tokens_of(text(whole))
    assert usage["inputTokens"] == tokens_of_chat(Chat((Message("user", QUESTION),)))
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]


def test_an_answer_that_is_too_long_is_cut(client, whole):
    cut = client.converse(modelId=HAIKU, messages=ASKED, inferenceConfig={"maxTokens": 3})
    assert (cut["stopReason"], cut["usage"]["outputTokens"]) == ("max_tokens", 3)
    assert text(whole).startswith(text(cut))


def test_an_answer_ends_before_the_first_stop_sequence(client, whole):
    first, second = text(whole).split()[1:3]
    cut = client.converse(modelId=HAIKU, messages=ASKED, inferenceConfig={"stopSequences": [second, first, "none"]})
    assert cut["stopReason"] == "stop_sequence"
    assert text(cut) == text(whole).partition(first)[0]


def test_a_system_prompt_is_read_and_counted(client, whole):
    told = client.converse(modelId=HAIKU, messages=ASKED, system=[{"text": "Be brief."}])
    assert told["usage"]["inputTokens"] == whole["usage"]["inputTokens"] + tokens_of("Be brief.")


def test_the_same_question_gets_the_same_answer(client, whole):
    assert text(client.converse(modelId=HAIKU, messages=ASKED)) == text(whole)


def test_a_tuned_model_answers_through_its_endpoint(rehearsal: Rehearsed, client, tuned):
    bedrock = rehearsal.client("bedrock")
    arn = bedrock.create_provisioned_model_throughput(
        provisionedModelName="asked", modelId=tuned.model_arn, modelUnits=1
    )["provisionedModelArn"]
    assert text(client.converse(modelId=arn, messages=ASKED))
    assert json.loads(client.invoke_model(modelId=arn, body=body())["body"].read())["content"][0]["text"]
    bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    with refuses(client, "ResourceNotFoundException", 404):
        client.converse(modelId=arn, messages=ASKED)


def test_a_tuned_model_cannot_be_asked_without_an_endpoint(client, tuned):
    with refuses(client, "ValidationException", 400, "'modelId' failed to satisfy"):  # a pattern without `:200k`
        client.converse(modelId=tuned.model_arn, messages=ASKED)
    with refuses(client, "ValidationException", 400, "with on-demand throughput isn’t supported"):
        client.converse(modelId=tuned.model_name, messages=ASKED)


@pytest.mark.parametrize("model", [TUNABLE_HAIKU, "anthropic.claude-9", "us.anthropic.claude-9"])
def test_a_model_that_cannot_be_asked_is_an_invalid_identifier(client, model):
    with refuses(client, "ValidationException", 400, "model identifier is invalid"):
        client.converse(modelId=model, messages=ASKED)


@pytest.mark.parametrize(
    "request_", [{"messages": []}, {"messages": [*ASKED, {"role": "assistant", "content": [{"text": "41"}]}]}]
)
def test_a_conversation_ends_with_the_user(client, request_):
    with refuses(client, "ValidationException", 400, "must end with a user message"):
        client.converse(modelId=HAIKU, **request_)


@pytest.mark.parametrize("settings", [{"temperature": 1.5}, {"topP": -0.1}, {"stopSequences": [""]}])
def test_settings_out_of_range_are_refused(rehearsal: Rehearsed, settings):
    trusting = rehearsal.client("bedrock-runtime", checked=False)
    with refuses(trusting, "ValidationException", 400, next(iter(settings))):
        trusting.converse(modelId=HAIKU, messages=ASKED, inferenceConfig=settings)


# InvokeModel


def test_anthropics_messages_body_is_answered_as_anthropic_answers(client, whole):
    answer = invoked(client)
    assert answer["content"] == [{"type": "text", "text": text(whole)}]
    assert (answer["type"], answer["role"]) == ("message", "assistant")
    assert (answer["stop_reason"], answer["stop_sequence"]) == ("end_turn", None)
    assert answer["usage"]["output_tokens"] == whole["usage"]["outputTokens"]
    assert answer["usage"]["input_tokens"] == whole["usage"]["inputTokens"]


def test_content_may_be_a_text_or_blocks_of_text(client):
    blocks = [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}]
    assert invoked(client, messages=blocks)["content"] == invoked(client)["content"]


def test_a_body_may_cut_the_answer_too(client, whole):
    assert invoked(client, max_tokens=2)["stop_reason"] == "max_tokens"
    word = text(whole).split()[1]
    stopped = invoked(client, stop_sequences=[word])
    assert (stopped["stop_reason"], stopped["stop_sequence"]) == ("stop_sequence", word)


@pytest.mark.parametrize("name", ["anthropic_version", "max_tokens", "messages"])
def test_a_body_without_a_mandatory_key_is_malformed(client, name):
    with refuses(client, "ValidationException", 400, rf"required key \[{name}\] not found, please reformat"):
        client.invoke_model(modelId=HAIKU, body=body(**{name: None}))


@pytest.mark.parametrize(
    "changes",
    [
        {"anthropic_version": "2"},
        {"max_tokens": "many"},
        {"max_tokens": 0},
        {"temperature": 2},
        {"messages": "Hello"},
        {"messages": [{"role": "system", "content": "Hello"}]},
        {"messages": [{"role": "user"}]},
    ],
)
def test_a_body_with_a_wrong_value_is_malformed(client, changes):
    with refuses(client, "ValidationException", 400, "Malformed input request"):
        client.invoke_model(modelId=HAIKU, body=body(**changes))


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_malformed(client, raw):
    with refuses(client, "ValidationException", 400, "Malformed input request"):
        client.invoke_model(modelId=HAIKU, body=raw)


# CountTokens


def test_tokens_are_counted_alike_for_both_kinds_of_request(client, whole):
    converse = {"messages": ASKED, "system": [{"text": "Be brief."}]}
    counted = client.count_tokens(modelId=HAIKU, input={"converse": converse})["inputTokens"]
    asked = client.count_tokens(modelId=HAIKU, input={"invokeModel": {"body": body(system="Be brief.")}})
    assert asked["inputTokens"] == counted == whole["usage"]["inputTokens"] + tokens_of("Be brief.")


def test_tokens_of_a_tuned_model_cannot_be_counted(client, tuned):
    with refuses(client, "ValidationException", 400):
        client.count_tokens(modelId=tuned.model_arn, input={"converse": {"messages": ASKED}})


# As Outcrop asks


def test_a_reply_carries_text_reason_and_usage(rehearsal: Rehearsed, whole):
    chat = Chat((Message("user", QUESTION),))
    reply = runtime.converse(rehearsal.connection(), HAIKU, chat)
    assert (reply.text, reply.stop_reason) == (text(whole), "end_turn")
    assert (reply.input_tokens, reply.output_tokens) == (
        whole["usage"]["inputTokens"],
        whole["usage"]["outputTokens"],
    )
    assert runtime.count_tokens(rehearsal.connection(), HAIKU, chat) == reply.input_tokens
