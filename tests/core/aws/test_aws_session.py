"""The way to AWS: who one is, what read-only lets pass, what the user's environment may not divert."""

import socket

import boto3
import pytest
from botocore import xform_name
from botocore.stub import Stubber
from rehearsed import BUCKET, HAIKU, Rehearsed

from core.aws import customization, models, s3, session
from core.aws.errors import AwsError, CredentialsError
from core.aws.location import Location
from core.aws.session import Connection, connect_aws, connect_rehearsal
from core.aws.shapes import service_model
from core.errors import RefusedError


@pytest.fixture
def keys(monkeypatch):
    """Credentials that are nobody's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def closed_port():
    """The address of a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def sts_at(monkeypatch, address):
    """Sends STS's calls there, and tries no more than once."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", address)
    monkeypatch.setattr(session, "TRIES", 1)


def stubbed(service, location=Location("aws", "us-east-1")):  # noqa: B008 - it is frozen
    """A connection as to AWS itself, and what answers in its place."""
    connection = Connection(location, boto3.Session("key", "secret", region_name=location.region))
    return connection, Stubber(connection.client(service))


def test_one_is_who_sts_says(rehearsal: Rehearsed, keys, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", rehearsal.endpoints.access_key)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", rehearsal.endpoints.storage)
    location = connect_aws(region="us-east-1").location
    assert location == Location("aws", "us-east-1", "123456789012", "")
    assert (str(location), location.key) == ("AWS 1234…9012 us-east-1", "aws/123456789012/us-east-1")


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_the_profile_in_use_is_known_even_when_the_environment_names_it(
    rehearsal: Rehearsed, keys, monkeypatch, tmp_path, name
):
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv(name, "work")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", rehearsal.endpoints.access_key)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", rehearsal.endpoints.storage)
    location = connect_aws().location
    assert (location.profile, location.region) == ("work", "us-east-1")


def test_where_sts_does_not_answer_it_says_so(keys, closed_port, monkeypatch):
    sts_at(monkeypatch, closed_port)
    with pytest.raises(AwsError, match="No answer from AWS in us-east-1") as caught:
        connect_aws(region="us-east-1")
    assert (caught.value.code, caught.value.exit_code) == ("Unreachable", 1)
    assert closed_port in caught.value.why


def test_where_a_proxy_does_not_answer_it_names_the_proxy(keys, closed_port, monkeypatch):
    sts_at(monkeypatch, "http://192.0.2.1")  # an address for documentation, that nobody has
    monkeypatch.setenv("HTTP_PROXY", closed_port)
    with pytest.raises(AwsError, match="No answer from AWS in us-east-1") as caught:
        connect_aws(region="us-east-1")
    assert closed_port in caught.value.why


def test_a_key_that_sts_refuses_is_not_accepted(rehearsal: Rehearsed, keys, monkeypatch):
    sts_at(monkeypatch, rehearsal.endpoints.storage)
    with pytest.raises(CredentialsError, match="AWS does not accept these credentials"):
        connect_aws(region="us-east-1")


def test_expired_credentials_name_the_remedy():
    connection, sts = stubbed("sts", Location("aws", "us-east-1", "", "work"))
    sts.add_client_error("get_caller_identity", "ExpiredToken", "The security token is expired", 403)
    with sts, pytest.raises(CredentialsError, match="aws sso login --profile work"):
        connection.call("sts", "get_caller_identity")


def test_without_credentials_nothing_is_sent():
    with pytest.raises(CredentialsError, match="There are no AWS credentials"):
        connect_aws(region="us-east-1")


def test_without_a_region_nothing_is_sent(keys):
    with pytest.raises(CredentialsError, match="No AWS region is set"):
        connect_aws()


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_of_the_environment_that_does_not_exist_is_named(name, monkeypatch):
    monkeypatch.setenv(name, "nowhere")
    with pytest.raises(CredentialsError, match="There is no AWS profile named 'nowhere'"):
        connect_aws(region="us-east-1")


def test_a_profile_of_the_project_that_does_not_exist_is_named():
    with pytest.raises(CredentialsError, match="There is no AWS profile named 'nowhere'"):
        connect_aws(profile="nowhere", region="us-east-1")


def operations(service):
    model = service_model(service)
    return {xform_name(name): model.operation_model(name).http["method"] for name in model.operation_names}


READS_THAT_POST = {"list_tags_for_resource", "count_tokens"}
WRITES_THAT_GET = {"export_automated_reasoning_policy_version", "create_session"}  # never used; refused to be sure


@pytest.mark.parametrize("service", ["bedrock", "bedrock-runtime", "s3"])
def test_read_only_lets_pass_what_the_services_model_reads_and_nothing_else(service):
    connection, _ = stubbed("bedrock")
    connection.read_only = True
    for operation, method in operations(service).items():
        if (method in ("GET", "HEAD") or operation in READS_THAT_POST) and operation not in WRITES_THAT_GET:
            connection.refuse_unless_read(operation)
        else:
            with pytest.raises(RefusedError, match=operation):
                connection.refuse_unless_read(operation)


def test_a_read_only_connection_sends_nothing_that_it_refuses(rehearsal: Rehearsed, tmp_path):
    connection = rehearsal.connection(read_only=True)
    request = rehearsal.request("read-only")
    file = tmp_path / "train.jsonl"
    file.write_text("new")
    for refused in (
        lambda: customization.create_job(connection, request, "token"),
        lambda: customization.stop_job(connection, "any"),
        lambda: models.delete_custom_model(connection, "any"),
        lambda: s3.write(connection, s3.S3Uri(BUCKET, "read-only/new"), b""),
        lambda: s3.upload(connection, file, s3.S3Uri(BUCKET, "read-only/new")),
        lambda: s3.create_bucket(connection, "read-only-bucket"),
    ):
        with pytest.raises(RefusedError, match="This Outcrop is read-only"):
            refused()
    assert not s3.exists(connection, s3.S3Uri(BUCKET, "read-only/new"))
    assert "read-only" not in {job.name for job in customization.list_jobs(connection)}


def test_a_read_only_connection_reads(rehearsal: Rehearsed):
    connection = rehearsal.connection(read_only=True)
    assert HAIKU in {model.id for model in models.list_foundation_models(connection)}
    assert s3.bucket_region(connection, BUCKET) == "us-west-2"


def test_a_file_that_lies_there_already_needs_no_upload_so_read_only_lets_it_be(rehearsal: Rehearsed, tmp_path):
    file = tmp_path / "train.jsonl"
    file.write_text("the same")
    uri = s3.S3Uri(BUCKET, "read-only/same")
    digest = s3.upload(rehearsal.connection(), file, uri)
    assert s3.upload(rehearsal.connection(read_only=True), file, uri) == digest


FOREIGN = {
    "AWS_PROFILE": "nowhere",
    "AWS_DEFAULT_PROFILE": "nowhere",
    "AWS_CONFIG_FILE": "/dev/null/none",
    "AWS_BEARER_TOKEN_BEDROCK": "token",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": "eu-central-1",
    "AWS_ENDPOINT_URL": "http://192.0.2.1:9",
    "AWS_ENDPOINT_URL_BEDROCK": "http://192.0.2.1:9",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_CA_BUNDLE": "/nowhere/bundle.pem",
    "HTTP_PROXY": "http://192.0.2.1:9",
    "http_proxy": "http://192.0.2.1:9",
    "ALL_PROXY": "http://192.0.2.1:9",
}


def test_nothing_in_the_users_environment_diverts_the_rehearsal(rehearsal: Rehearsed, monkeypatch):
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    connection = connect_rehearsal(rehearsal.endpoints)
    assert HAIKU in {model.id for model in models.list_foundation_models(connection)}
    assert s3.bucket_region(connection, BUCKET) == "us-west-2"
    assert connection.call("sts", "get_caller_identity")["Account"] == "123456789012"
    assert connection.call("bedrock-runtime", "count_tokens", **counted("hello"))["inputTokens"] > 0


def test_a_broken_configuration_file_of_the_user_does_not_disturb_the_rehearsal(
    rehearsal: Rehearsed, own_environment, monkeypatch
):
    folder = own_environment / ".aws"
    folder.mkdir()
    for name in ("config", "credentials"):
        (folder / name).write_text("[broken\n")
    try:
        assert s3.bucket_region(connect_rehearsal(rehearsal.endpoints), BUCKET) == "us-west-2"
    finally:
        for name in ("config", "credentials"):
            (folder / name).unlink()
        folder.rmdir()


def test_rehearsed_and_real_things_never_share_a_name_in_the_store():
    rehearsed = Location("rehearsal", "us-west-2")
    real = Location("aws", "us-west-2")
    assert rehearsed.key != real.key
    assert str(rehearsed) == "REHEARSAL us-west-2"


def counted(text):
    return {"modelId": HAIKU, "input": {"converse": {"messages": [{"role": "user", "content": [{"text": text}]}]}}}
