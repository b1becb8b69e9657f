"""Whatever boto3 raises becomes what happened, why, and what to do."""

import re
from pathlib import Path

import pytest
from botocore import exceptions as raised

from core.aws import errors
from core.aws.errors import AwsError, CredentialsError, translate
from core.aws.location import REHEARSAL_ACCOUNT, Location
from core.errors import RefusedError
from tui.commands import main

HERE = Location("aws", "us-east-1", "111122223333", "work")
REHEARSED = Location("rehearsal", "us-west-2", REHEARSAL_ACCOUNT)


def said(error, location=HERE, doing="CreateModelCustomizationJob"):
    return translate(error, doing=doing, location=location)


def refused(code, message="Because.", status=400):
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return said(raised.ClientError(response, "CreateModelCustomizationJob"))


@pytest.mark.parametrize(
    "error",
    [
        raised.UnauthorizedSSOTokenError(),
        raised.SSOTokenLoadError(error_msg="Token for work does not exist"),
        raised.TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
        raised.LoginRefreshRequired(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_expired_sign_in_names_the_command_that_renews_it(error):
    found = said(error)
    assert isinstance(found, CredentialsError)
    assert found.what == "The AWS credentials have expired"
    assert "aws sso login --profile work" in found.todo
    assert found.why == str(error)


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_an_expired_token_is_the_same_whichever_service_says_it(code):
    found = refused(code, "The security token included in the request is expired", 403)
    assert (found.what, found.code) == ("The AWS credentials have expired", "ExpiredToken")


@pytest.mark.parametrize(
    "code", ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch"]
)
def test_a_key_that_aws_does_not_know_is_not_called_expired(code):
    found = refused(code, "The security token included in the request is invalid.", 403)
    assert isinstance(found, CredentialsError)
    assert (found.what, found.code) == ("AWS does not accept these credentials", code)


@pytest.mark.parametrize(
    "error",
    [
        raised.NoCredentialsError(),
        raised.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        raised.CredentialRetrievalError(provider="custom-process", error_msg="exit status 1"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_without_credentials_it_says_how_to_get_some_or_to_rehearse(error):
    found = said(error)
    assert (found.what, found.code) == ("There are no AWS credentials", "NoCredentials")
    assert "aws configure sso" in found.todo
    assert "target: rehearsal" in found.todo
    assert found.why == str(error)


def test_an_unknown_profile_is_named_wherever_it_was_set():
    found = said(raised.ProfileNotFound(profile="home"))
    assert found.what == "There is no AWS profile named 'home'"
    assert "aws configure list-profiles" in found.todo


def test_a_missing_region_and_a_wrong_one_are_told_apart():
    assert said(raised.NoRegionError()).what == "No AWS region is set"
    wrong = Location("aws", "us west", "")
    assert said(raised.InvalidRegionError(region_name="us west"), wrong).what == "There is no AWS region 'us west'"


@pytest.mark.parametrize(
    "error",
    [
        raised.EndpointConnectionError(endpoint_url="https://bedrock.us-east-1.amazonaws.com/"),
        raised.ConnectTimeoutError(endpoint_url="https://bedrock.us-east-1.amazonaws.com/"),
        raised.ReadTimeoutError(endpoint_url="https://bedrock.us-east-1.amazonaws.com/"),
        raised.ConnectionClosedError(endpoint_url="https://bedrock.us-east-1.amazonaws.com/"),
        raised.ProxyConnectionError(proxy_url="http://proxy:3128"),
        raised.SSLError(endpoint_url="https://bedrock.us-east-1.amazonaws.com/", error="certificate verify failed"),
        ConnectionResetError(104, "Connection reset by peer"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_where_nobody_answers_it_says_where_it_asked_and_may_be_tried_again(error):
    found = said(error)
    assert (found.what, found.code) == ("No answer from AWS in us-east-1", "Unreachable")
    assert found.transient
    assert found.why == str(error)
    assert "proxy" in found.todo


def test_a_rehearsal_that_does_not_answer_is_not_blamed_on_the_network():
    found = said(raised.EndpointConnectionError(endpoint_url="http://127.0.0.1:1/"), REHEARSED)
    assert found.what == "No answer from the rehearsal server"
    assert found.todo == "Start `outcrop rehearse`"


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        ("AccessDeniedException", "not authorized to perform: bedrock:CreateModelCustomizationJob", "permission"),
        ("ConflictException", "The provided job name is currently in use.", "another name"),
        ("ResourceNotFoundException", "The specified job was not found.", "outcrop jobs"),
        ("ServiceQuotaExceededException", "You have reached your quota.", "Service Quotas"),
        ("ThrottlingException", "Too many requests.", "Wait a little"),
        ("ModelNotReadyException", "The model is not ready.", "try again in a minute"),
        ("NoSuchBucket", "The specified bucket does not exist", "bucket:"),
        ("NoSuchKey", "The specified key does not exist.", "S3 address"),
        ("ValidationException", "Could not assume provided IAM role.", "trusts bedrock.amazonaws.com"),
        ("ValidationException", "The provided model identifier is invalid.", "outcrop models"),
        ("ValidationException", "Invocation with on-demand throughput isn’t supported.", "outcrop deploy"),
        (
            "ValidationException",
            "1 validation error detected: Value at 'modelId' failed",
            "outcrop deploy",
        ),
        ("ValidationException", "Could not validate GetObject permissions to access Amazon S3.", "role read"),
        ("ValidationException", "Could not validate PutObject permissions to access Amazon S3.", "role write"),
        ("ValidationException", "S3 Uri should be a file, not a directory.", "of a file"),
    ],
)
def test_what_aws_refuses_keeps_its_words_and_gains_a_remedy(code, message, remedy):
    found = refused(code, message)
    assert (found.what, found.code, found.status) == (message, code, 400)
    assert found.why == f"CreateModelCustomizationJob answered {code}"
    assert remedy in found.todo


def status_of(*arguments):
    try:
        main(list(arguments))
    except SystemExit as ended:
        return ended.code
    return 0


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`outcrop (\w+)", Path(errors.__file__).read_text()))))
def test_a_remedy_names_only_commands_that_exist(command, capsys):
    assert status_of(command, "--help") == 0
    assert status_of(command + "-not", "--help") == 2


def test_an_error_that_nobody_has_met_still_says_what_and_where_it_came_from():
    found = refused("TeapotException", "I am one.", 418)
    assert (found.what, found.why, found.todo) == (
        "I am one.",
        "CreateModelCustomizationJob answered TeapotException",
        "",
    )
    assert said(raised.UnknownServiceError(service_name="x", known_service_names="y")).code == "UnknownServiceError"


def test_an_error_without_a_message_shows_its_name():
    assert refused("404", "").what == "404"


@pytest.mark.parametrize(
    ("code", "status", "transient"),
    [
        ("ThrottlingException", 429, True),
        ("ModelNotReadyException", 429, True),
        ("ModelTimeoutException", 408, True),
        ("ModelErrorException", 424, True),
        ("InternalServerException", 500, True),
        ("ServiceUnavailableException", 503, True),
        ("SlowDown", 503, True),
        ("BadGateway", 502, True),
        ("ValidationException", 400, False),
        ("AccessDeniedException", 403, False),
        ("ServiceQuotaExceededException", 400, False),
        ("ConflictException", 400, False),
        ("ExpiredTokenException", 403, False),
    ],
)
def test_only_what_may_pass_is_worth_trying_again(code, status, transient):
    assert refused(code, "Because.", status).transient is transient


def test_a_request_that_boto3_itself_refuses_was_not_sent():
    found = said(raised.ParamValidationError(report="Missing required parameter in input: jobName"))
    assert found.what == "CreateModelCustomizationJob was not sent: its request is not valid"
    assert "jobName" in found.why


def test_an_error_of_ours_passes_as_it_is():
    ours = RefusedError("Read-only")
    assert said(ours) is ours


def test_every_translation_is_an_error_that_front_ends_print():
    assert isinstance(said(RuntimeError("odd")), AwsError)
    assert str(said(RuntimeError("odd"))) == "CreateModelCustomizationJob failed. odd."
