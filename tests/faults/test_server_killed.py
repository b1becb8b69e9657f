"""The server is killed -9 in the middle of a job: the next call revives it; nothing that was acknowledged is lost."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import NamedTuple

import pytest
from rehearsed import BUCKET, HAIKU, Rehearsed, finished, training_set, wait_until

from core.aws import customization, endpoints, identity, models, s3
from core.aws.endpoints import EndpointRequest
from core.aws.session import Connection, Endpoints
from core.rehearsal import process
from core.training import loss_curves

NAME = "killed"
TRAINING = training_set(400)


class Survivor(NamedTuple):
    """Who asks after the kill, and for what: a job, an endpoint, and where the server was before."""

    connection: Connection
    arn: str
    endpoint: str
    before: Endpoints
    unaware: Connection
    contested: bytes


def submitted(server, connection):
    """The same job on any server: its name is its seed."""
    request = server.request(
        NAME,
        training_uri=server.put(f"{NAME}/train.jsonl", TRAINING),
        validation_uri=server.put(f"{NAME}/validation.jsonl", training_set(32, start=100)),
        hyperparameters={"epochCount": "3", "batchSize": "4"},
    )
    return customization.create_job(connection, request, f"token-{NAME}")


def weights(server):
    with closing(sqlite3.connect(f"file:{server.folder}/rehearsal.db?mode=ro", uri=True)) as database:
        return database.execute("SELECT weights FROM models WHERE name = ?", (f"{NAME}-model",)).fetchone()[0]


@pytest.fixture(scope="module")
def untroubled(rehearsal: Rehearsed):
    """The job as it ends where nobody is killed."""
    return finished(rehearsal.connection(), submitted(rehearsal, rehearsal.connection()))


@pytest.fixture(scope="module")
def server(start_rehearsal):
    return start_rehearsal(pace=8.0)  # longer than a server takes to start again on a busy machine


@pytest.fixture(scope="module")
def survivor(server: Rehearsed, tmp_path_factory):
    """What was there before the server was killed in the middle of a job, and is asked for after."""
    connection = server.connection(revived=True)
    s3.create_bucket(connection, "a-bucket-of-ones-own")
    identity.create_role(connection, "KeptRole", identity.bedrock_trust("123456789012", "us-west-2"))
    client = server.client("s3")
    client.put_object(Bucket=BUCKET, Key="kept/ä b%2F+c", Body=b"bytes", ContentType="text/x-kept")
    client.put_object(Bucket=BUCKET, Key="changed", Body=b"first")
    client.put_object(Bucket=BUCKET, Key="changed", Body=b"second")
    with ThreadPoolExecutor(8) as pool:  # at once, to one key
        list(pool.map(lambda n: client.put_object(Bucket=BUCKET, Key="contested", Body=b"%d" % n), range(16)))
    contested = s3.read(connection, s3.S3Uri(BUCKET, "contested"))
    for key in ("deleted-alone", "deleted-together"):
        client.put_object(Bucket=BUCKET, Key=key, Body=b"")
    client.delete_object(Bucket=BUCKET, Key="deleted-alone")
    client.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "deleted-together"}]})
    large = tmp_path_factory.mktemp("large") / "large.bin"
    large.write_bytes(bytes(range(256)) * 40_000)  # 10 MB: uploaded in parts
    s3.upload(connection, large, s3.S3Uri(BUCKET, "large"))

    endpoint = endpoints.create_endpoint(connection, EndpointRequest("kept", "provisioned", HAIKU), "token-kept")
    server.client("bedrock").tag_resource(resourceARN=endpoint, tags=[{"key": "kept", "value": "yes"}])
    arn = submitted(server, connection)
    before, unaware = server.endpoints, server.connection()
    server.kill()  # while it trains
    wait_until(lambda: customization.get_job(connection, arn).phases[2].status == "InProgress")
    server.kill()  # while it trains again, or has a result that is not due yet
    return Survivor(connection, arn, endpoint, before, unaware, contested)


def test_a_killed_server_is_not_taken_for_a_running_one_and_the_next_has_its_address_and_key(server, survivor):
    if server.alive():  # revived by an earlier test
        server.kill()
    assert process.running(server.folder) is None
    assert server.start() == survivor.before
    assert HAIKU in {model.id for model in models.list_foundation_models(survivor.unaware)}


def test_the_job_is_still_the_only_one_and_goes_on_to_its_end(server: Rehearsed, survivor):
    connection, arn = survivor.connection, survivor.arn
    assert [job.arn for job in customization.list_jobs(connection)] == [arn]
    assert finished(connection, arn).status == "Completed"
    assert [job.arn for job in customization.list_jobs(connection)] == [arn]


def test_its_files_in_s3_open_and_hold_the_same_bytes_as_without_the_kill(server, survivor, rehearsal, untroubled):
    connection, arn = survivor.connection, survivor.arn
    job = finished(connection, arn)
    assert loss_curves.read(connection, job) == loss_curves.read(rehearsal.connection(), untroubled)
    assert loss_curves.read(connection, job).training
    assert s3.read(connection, s3.parse_uri(job.training_uri)) == TRAINING


def test_its_model_has_the_same_weights_as_without_the_kill(server, survivor, rehearsal, untroubled):
    connection, arn = survivor.connection, survivor.arn
    finished(connection, arn)
    assert weights(server) == weights(rehearsal)


def test_a_repeat_of_the_create_call_still_finds_the_job(server: Rehearsed, survivor):
    connection, arn = survivor.connection, survivor.arn
    assert submitted(server, connection) == arn


def test_objects_survive_with_their_keys_bytes_and_types(server: Rehearsed, survivor):
    connection = survivor.connection
    server.start()
    kept = server.client("s3").get_object(Bucket=BUCKET, Key="kept/ä b%2F+c")
    assert (kept["Body"].read(), kept["ContentType"]) == (b"bytes", "text/x-kept")
    assert s3.read(connection, s3.S3Uri(BUCKET, "changed")) == b"second"
    assert s3.read(connection, s3.S3Uri(BUCKET, "contested")) == survivor.contested
    assert s3.read(connection, s3.S3Uri(BUCKET, "large")) == bytes(range(256)) * 40_000


def test_an_object_uploaded_before_is_not_uploaded_again(server: Rehearsed, survivor, tmp_path):
    connection = survivor.connection
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(range(256)) * 40_000)
    reported = []
    s3.upload(connection, file, s3.S3Uri(BUCKET, "large"), reported.append)
    assert reported == []


def test_deleted_objects_stay_deleted(survivor):
    connection = survivor.connection
    keys = {uri.key for uri in s3.listing(connection, s3.S3Uri(BUCKET, ""))}
    assert {"deleted-alone", "deleted-together"}.isdisjoint(keys)
    assert "changed" in keys


def test_buckets_survive_in_their_regions(survivor):
    connection = survivor.connection
    assert s3.bucket_region(connection, "a-bucket-of-ones-own") == "us-west-2"
    assert s3.bucket_region(connection, "outcrop-rehearsal-us-east-1") == "us-east-1"


def test_roles_survive(survivor):
    connection = survivor.connection
    assert identity.role_trust(connection, "KeptRole") == identity.bedrock_trust("123456789012", "us-west-2")


def test_endpoints_and_their_tags_survive(server: Rehearsed, survivor):
    connection, endpoint = survivor.connection, survivor.endpoint
    assert endpoints.get_endpoint(connection, endpoint).name == "kept"
    server.start()
    tags = server.client("bedrock").list_tags_for_resource(resourceARN=endpoint)["tags"]
    assert tags == [{"key": "kept", "value": "yes"}]


def test_models_survive(survivor):
    connection, arn = survivor.connection, survivor.arn
    finished(connection, arn)
    assert [model.job or model.name for model in models.list_custom_models(connection)] == [f"{NAME}-model"]
