"""Keys that a tuned model may be encrypted with."""

import msgspec

from core.aws.errors import AwsError
from core.aws.session import Connection

_USUAL = "ENCRYPT_DECRYPT"  # what a key is for unless it was said


class KmsKey(msgspec.Struct, frozen=True):
    """A key of KMS.

    Attributes:
        arn: Its ARN.
        state: `Enabled` for one that can be used.
        spec: `SYMMETRIC_DEFAULT` for one that can encrypt a model.
        usage: `ENCRYPT_DECRYPT`, the same.
    """

    arn: str
    state: str
    spec: str
    usage: str

    @property
    def region(self) -> str:
        """Where it is."""
        return self.arn.split(":")[3]


def describe_key(connection: Connection, key: str) -> KmsKey | None:
    """A key by id, ARN or alias, or None where there is none."""
    try:
        found = connection.call("kms", "describe_key", KeyId=key)["KeyMetadata"]
    except AwsError as error:
        if error.code in ("NotFoundException", "InvalidArnException"):
            return None
        raise
    return KmsKey(found["Arn"], found["KeyState"], found.get("KeySpec", ""), found.get("KeyUsage") or _USUAL)
