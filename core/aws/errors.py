"""The one mapper from what boto3 raises to what happened, why, and what to do."""

from botocore import exceptions as botocore_errors

from core.aws.location import Location
from core.aws.shapes import Payload
from core.errors import OutcropError

_TRANSIENT = frozenset(
    {
        "ThrottlingException",
        "TooManyRequestsException",
        "ServiceUnavailableException",
        "InternalServerException",
        "InternalServerError",
        "ModelNotReadyException",
        "ModelTimeoutException",
        "ModelErrorException",
        "RequestTimeout",
        "SlowDown",
        "Unreachable",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture", "ClockSkew"})
_UNKNOWN_KEYS = frozenset(
    {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
)

_ASK_FOR_PERMISSION = "Ask for the permission named above; to start a job one also needs iam:PassRole for its role"
_REMEDIES = {
    "AccessDeniedException": _ASK_FOR_PERMISSION,
    "AccessDenied": _ASK_FOR_PERMISSION,
    "ConflictException": "Choose another name, or wait until the other operation is done",
    "ResourceNotFoundException": "Check the name and the region; `outcrop jobs` lists what is there",
    "ServiceQuotaExceededException": "Wait until something ends, or ask for a higher quota in Service Quotas",
    "ThrottlingException": "Wait a little; Outcrop has already tried again several times",
    "ModelNotReadyException": "The model is being loaded: try again in a minute",
    "NoSuchBucket": "Check the bucket's name: in the address, or `bucket:` in outcrop.yaml",
    "NoSuchKey": "Check the S3 address",
    "403": "Ask for s3:GetObject and s3:ListBucket there",  # of a HEAD, which has no body to say more
}
# What the messages of a ValidationException contain, and what helps; bedrock.md lists the cases users meet.
_VALIDATION_REMEDIES = (
    ("assume", "Check that `role:` trusts bedrock.amazonaws.com from this account and region"),
    ("model identifier", "Check the model and its region with `outcrop models`"),
    ("on-demand throughput", "A tuned model needs an endpoint: see `outcrop deploy`"),
    ("at 'modelId'", "A tuned model needs an endpoint: see `outcrop deploy`"),
    ("GetObject", "Let the role read the training data's bucket, in the same region as the job"),
    ("PutObject", "Let the role write below the output prefix"),
    ("directory", "Give the address of a file, not of a folder"),
)


class AwsError(OutcropError):
    """What AWS, or the way to it, refused.

    Attributes:
        code: AWS's name of the error, such as `ThrottlingException`; `Unreachable` where nobody answered.
        status: The HTTP status; 0 where there was none.
        transient: Whether the same call may succeed a little later.
    """

    def __init__(self, what: str, *, code: str, status: int = 0, why: str = "", todo: str = "") -> None:
        super().__init__(what, why=why, todo=todo)
        self.code = code
        self.status = status
        self.transient = code in _TRANSIENT or status >= 500


class CredentialsError(AwsError):
    """There are no credentials, or they are no longer valid."""


def translate(error: Exception, *, doing: str, location: Location) -> OutcropError:
    """Turns whatever boto3 raised into an error that a person can act on.

    Args:
        error: What was raised.
        doing: The operation, as AWS calls it.
        location: Where it was sent.
    """
    if isinstance(error, OutcropError):
        return error
    if isinstance(error, botocore_errors.ClientError):
        return _refused(error.response, doing, location)
    found = _credentials(error, location)
    if found is not None:
        return found
    if isinstance(error, botocore_errors.ParamValidationError):
        return AwsError(f"{doing} was not sent: its request is not valid", code="ParamValidation", why=str(error))
    if isinstance(error, botocore_errors.HTTPClientError | botocore_errors.ConnectionError | OSError):
        where = "the rehearsal server" if location.rehearsed else f"AWS in {location.region}"
        return AwsError(
            f"No answer from {where}",
            code="Unreachable",
            why=str(error),
            todo="Start `outcrop rehearse`" if location.rehearsed else "Check the network, the proxy and the region",
        )
    return AwsError(f"{doing} failed", code=type(error).__name__, why=str(error))


def _refused(response: Payload, doing: str, location: Location) -> AwsError:
    code = str(response.get("Error", {}).get("Code", "Unknown"))
    message = str(response.get("Error", {}).get("Message", "")) or code
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _EXPIRED or "token included in the request is expired" in message.lower():
        return _expired(message, location)
    if code in _SKEWED or message.startswith(("Signature expired:", "Signature not yet current:")):
        todo = "Set it by the network, for example with `sudo timedatectl set-ntp true`"
        return AwsError("This machine's clock is wrong", code="ClockSkew", status=status, why=message, todo=todo)
    if code in _UNKNOWN_KEYS:
        return CredentialsError(
            "AWS does not accept these credentials", code=code, status=status, why=message, todo=_renewal(location)
        )
    todo = _REMEDIES.get(code, "")
    if code == "ValidationException":
        todo = next((remedy for part, remedy in _VALIDATION_REMEDIES if part in message), "")
    return AwsError(message, code=code, status=status, why=f"{doing} answered {code}", todo=todo)


def _expired(why: str, location: Location) -> CredentialsError:
    return CredentialsError(
        "The AWS credentials have expired", code="ExpiredToken", status=403, why=why, todo=_renewal(location)
    )


def _renewal(location: Location) -> str:
    profile = f" --profile {location.profile}" if location.profile else ""
    return f"Renew them: `aws sso login{profile}`, or however this profile gets its credentials"


def _credentials(error: Exception, location: Location) -> CredentialsError | None:
    if isinstance(error, botocore_errors.SSOError | botocore_errors.LoginError | botocore_errors.TokenRetrievalError):
        return _expired(str(error), location)
    if isinstance(error, botocore_errors.ProfileNotFound):
        return CredentialsError(
            f"There is no AWS profile named {error.kwargs.get('profile')!r}",  # may come from AWS_PROFILE
            code="ProfileNotFound",
            why=str(error),
            todo="See `aws configure list-profiles`, then set `profile:` in outcrop.yaml or AWS_PROFILE",
        )
    if isinstance(error, botocore_errors.NoRegionError):
        return CredentialsError(
            "No AWS region is set",
            code="NoRegion",
            why=str(error),
            todo="Set `region:` in outcrop.yaml or AWS_REGION",
        )
    if isinstance(error, botocore_errors.InvalidRegionError | botocore_errors.UnknownRegionError):
        return CredentialsError(
            f"There is no AWS region {location.region!r}",
            code="NoRegion",
            why=str(error),
            todo="Mend `region:` in outcrop.yaml or AWS_REGION",
        )
    if isinstance(
        error,
        botocore_errors.NoCredentialsError
        | botocore_errors.PartialCredentialsError
        | botocore_errors.CredentialRetrievalError,
    ):
        return CredentialsError(
            "There are no AWS credentials",
            code="NoCredentials",
            why=str(error),
            todo="Run `aws configure sso`, or set `profile:` in outcrop.yaml, or use `target: rehearsal`",
        )
    return None
