"""Batch inference as the rehearsed Bedrock does it: over S3, unordered, with a manifest and errors of records."""

import json
import re

import pytest
from rehearsed import BUCKET, HAIKU, ROLE, Rehearsed, refuses, turns, wait_until

COUNT = 120


def prompts(count: int = COUNT, *, converse: bool = True) -> bytes:
    """A file of prompts, in the shape of Converse or of the Anthropic messages."""
    lines = []
    for number in range(count):
        text = turns(number)[0]["content"]
        sent = {"messages": [{"role": "user", "content": [{"text": text}]}], "inferenceConfig": {"maxTokens": 64}}
        body = {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 64,
            "messages": [{"role": "user", "content": text}],
        }
        lines.append({"recordId": f"r{number:011}", "modelInput": sent if converse else body})
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def request(server: Rehearsed, name: str, body: bytes | None = None, **changes):
    return {
        "jobName": name,
        "roleArn": ROLE,
        "modelId": HAIKU,
        "modelInvocationType": "Converse",
        "inputDataConfig": {
            "s3InputDataConfig": {"s3Uri": server.put(f"{name}/input.jsonl", prompts() if body is None else body)}
        },
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/{name}/out/"}},
    } | changes


def ended(client, arn: str) -> dict:
    wait_until(lambda: "endTime" in client.get_model_invocation_job(jobIdentifier=arn))
    return client.get_model_invocation_job(jobIdentifier=arn)


def written(server: Rehearsed, name: str, arn: str, file: str) -> str:
    key = f"{name}/out/{arn.rpartition('/')[2]}/{file}"
    return server.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()


@pytest.fixture(scope="module")
def done(rehearsal):
    """A job that has answered all of its records."""
    client = rehearsal.client("bedrock")
    arn = client.create_model_invocation_job(**request(rehearsal, "batch-done"))["jobArn"]
    return ended(client, arn)


@pytest.fixture(scope="module")
def results(rehearsal, done):
    text = written(rehearsal, "batch-done", done["jobArn"], "input.jsonl.out")
    return [json.loads(line) for line in text.splitlines()]


def test_a_finished_job_counts_its_records(done):
    assert done["status"] == "Completed"
    counts = [done[f"{name}RecordCount"] for name in ("total", "processed", "success", "error")]
    assert counts == [COUNT, COUNT, COUNT, 0]


def test_every_record_is_answered_once_in_no_order(results):
    found = [each["recordId"] for each in results]
    assert sorted(found) == [f"r{number:011}" for number in range(COUNT)]
    assert found != sorted(found)


def test_an_answer_is_what_converse_gives_without_its_latency(rehearsal, results):
    first = results[0]
    asked = rehearsal.client("bedrock-runtime").converse(modelId=HAIKU, **first["modelInput"])
    assert first["modelOutput"]["output"] == asked["output"]
    assert first["modelOutput"]["usage"] == asked["usage"]
    assert "metrics" not in first["modelOutput"]


def test_the_manifest_adds_up_records_and_tokens(rehearsal, done, results):
    manifest = json.loads(written(rehearsal, "batch-done", done["jobArn"], "manifest.json.out"))
    assert manifest == {
        "totalRecordCount": COUNT,
        "processedRecordCount": COUNT,
        "successRecordCount": COUNT,
        "errorRecordCount": 0,
        "inputTokenCount": sum(each["modelOutput"]["usage"]["inputTokens"] for each in results),
        "outputTokenCount": sum(each["modelOutput"]["usage"]["outputTokens"] for each in results),
    }


def test_invoke_model_bodies_are_answered_in_their_own_shape(rehearsal):
    client = rehearsal.client("bedrock")
    sent = request(rehearsal, "batch-invoke", prompts(converse=False), modelInvocationType="InvokeModel")
    arn = client.create_model_invocation_job(**sent)["jobArn"]
    assert ended(client, arn)["status"] == "Completed"
    first = json.loads(written(rehearsal, "batch-invoke", arn, "input.jsonl.out").splitlines()[0])
    assert first["modelOutput"]["type"] == "message"


def test_a_record_that_is_refused_has_an_error_and_the_job_is_partially_completed(rehearsal):
    client = rehearsal.client("bedrock")
    broken = json.dumps({"recordId": "broken", "modelInput": {"messages": []}}).encode() + b"\n"
    arn = client.create_model_invocation_job(**request(rehearsal, "batch-partial", prompts() + broken))["jobArn"]
    job = ended(client, arn)
    assert (job["status"], job["successRecordCount"], job["errorRecordCount"]) == ("PartiallyCompleted", COUNT, 1)
    lines = map(json.loads, written(rehearsal, "batch-partial", arn, "input.jsonl.out").splitlines())
    [bad] = [line for line in lines if "error" in line]
    assert (bad["recordId"], bad["error"]["errorCode"]) == ("broken", 400)


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("batch-few", prompts(99), r"less records \(99\) than the required minimum of: 100"),
        ("batch-broken", prompts() + b"{\n", "malformed record in line 121"),
    ],
)
def test_a_file_that_does_not_do_fails_the_job_after_it_has_started(rehearsal, name, body, message):
    client = rehearsal.client("bedrock")
    job = ended(client, client.create_model_invocation_job(**request(rehearsal, name, body))["jobArn"])
    assert job["status"] == "Failed"
    assert re.search(message, job["message"])


def test_the_same_token_makes_one_job_and_another_request_with_it_conflicts(rehearsal):
    client = rehearsal.client("bedrock")
    sent = request(rehearsal, "batch-token", clientRequestToken="token-of-a-batch")
    first = client.create_model_invocation_job(**sent)["jobArn"]
    assert client.create_model_invocation_job(**sent)["jobArn"] == first
    with refuses(client, "ConflictException", 400, "different request"):
        client.create_model_invocation_job(**sent | {"modelId": "amazon.nova-micro-v1:0"})


def test_a_name_is_taken_once(rehearsal, done):
    client = rehearsal.client("bedrock")
    with refuses(client, "ConflictException", 400, "in use"):
        client.create_model_invocation_job(**request(rehearsal, "batch-done"))


@pytest.mark.parametrize(
    "model",
    [
        "anthropic.claude-3-sonnet-20240229-v1:0",  # of which the catalogue does not know that it can
        f"arn:aws:bedrock:us-west-2:123456789012:custom-model/{HAIKU}/abcdefghijkl",
    ],
)
def test_a_model_that_batch_inference_does_not_know_is_refused(rehearsal, model):
    client = rehearsal.client("bedrock")
    with refuses(client, "ValidationException", 400, "batch inference"):
        client.create_model_invocation_job(**request(rehearsal, "batch-refused", modelId=model))


def test_a_role_a_file_and_a_bucket_are_checked_at_once(rehearsal):
    client = rehearsal.client("bedrock")
    nowhere = {"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/none.jsonl"}}
    elsewhere = {"s3OutputDataConfig": {"s3Uri": "s3://no-such-bucket-at-all/out/"}}
    for changes, said in (
        ({"roleArn": "arn:aws:iam::123456789012:role/None"}, "assume"),
        ({"inputDataConfig": nowhere}, "GetObject"),
        ({"outputDataConfig": elsewhere}, "PutObject"),
    ):
        with refuses(client, "ValidationException", 400, said):
            client.create_model_invocation_job(**request(rehearsal, "batch-unsent", **changes))


def test_a_job_under_way_can_be_stopped_once_and_is_listed(slow_rehearsal):
    client = slow_rehearsal.client("bedrock")
    arn = client.create_model_invocation_job(**request(slow_rehearsal, "batch-stopped"))["jobArn"]
    assert client.get_model_invocation_job(jobIdentifier=arn)["status"] == "Submitted"
    client.stop_model_invocation_job(jobIdentifier=arn)
    assert client.get_model_invocation_job(jobIdentifier=arn)["status"] == "Stopping"
    with refuses(client, "ConflictException", 400, "Stopping"):
        client.stop_model_invocation_job(jobIdentifier=arn)
    listed = client.list_model_invocation_jobs(nameContains="batch-stopped")["invocationJobSummaries"]
    assert [each["jobArn"] for each in listed] == [arn]


def test_a_job_is_found_by_arn_and_id_but_not_by_name(rehearsal, done):
    client = rehearsal.client("bedrock")
    found = client.get_model_invocation_job(jobIdentifier=done["jobArn"].rpartition("/")[2])
    assert found["jobArn"] == done["jobArn"]
    with refuses(client, "ResourceNotFoundException", 404):
        client.get_model_invocation_job(jobIdentifier="abcdefghijkl")


def test_a_job_goes_on_after_the_server_was_killed(start_rehearsal):
    server = start_rehearsal(pace=1.0)
    arn = server.client("bedrock").create_model_invocation_job(**request(server, "batch-killed"))["jobArn"]
    server.kill()
    server.start()
    job = ended(server.client("bedrock"), arn)
    assert (job["status"], job["successRecordCount"]) == ("Completed", COUNT)
