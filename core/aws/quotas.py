"""The account's quotas, as Service Quotas tells them."""

from core.aws.errors import AwsError
from core.aws.session import Connection

JOBS_QUOTA_CODE = "L-0406044C"  # "Scheduled customization jobs"
USUAL_JOBS_AT_ONCE = 10  # as third parties report it, for a caller who is not told
_ABSENT = ("NoSuchResourceException", "AccessDeniedException", "AccessDenied")


def jobs_at_once(connection: Connection) -> int | None:
    """How many customization jobs may run at once, or None where the caller is not told."""
    for operation in ("get_service_quota", "get_aws_default_service_quota"):
        try:
            answer = connection.call("service-quotas", operation, ServiceCode="bedrock", QuotaCode=JOBS_QUOTA_CODE)
        except AwsError as error:
            if error.code not in _ABSENT:
                raise
        else:
            return int(answer["Quota"]["Value"])
    return None
