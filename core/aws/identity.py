"""IAM roles and users, as far as a customization job needs them."""

import json
from urllib.parse import unquote

from core.aws.errors import AwsError
from core.aws.policies import PolicyDocument
from core.aws.session import Connection

BATCH_JOB = "model-invocation-job"  # what the ARN of a batch job calls it


def role_trust(connection: Connection, role_arn: str) -> PolicyDocument | None:
    """A role's trust policy, or None where there is no such role.

    Args:
        connection: Where.
        role_arn: Its ARN, or its name alone.
    """
    try:
        answer = connection.call("iam", "get_role", RoleName=role_arn.rpartition("/")[2])
    except AwsError as error:
        if error.code == "NoSuchEntity":
            return None
        raise
    if role_arn.startswith("arn:") and answer["Role"]["Arn"] != role_arn:
        return None  # of another account
    document = answer["Role"]["AssumeRolePolicyDocument"]
    found: PolicyDocument = json.loads(unquote(document)) if isinstance(document, str) else document
    return found


def create_role(connection: Connection, name: str, trust: PolicyDocument) -> str:
    """Makes a role with a trust policy; returns its ARN."""
    answer = connection.call("iam", "create_role", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return str(answer["Role"]["Arn"])


def allow_role(connection: Connection, name: str, policy: str, document: PolicyDocument) -> None:
    """Puts a permission policy into a role."""
    connection.call("iam", "put_role_policy", RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def create_user(connection: Connection, name: str, policy: str, document: PolicyDocument) -> bool:
    """Makes a user with a permission policy; False where there is one of that name."""
    try:
        connection.call("iam", "create_user", UserName=name)
    except AwsError as error:
        if error.code == "EntityAlreadyExists":
            return False
        raise
    connection.call("iam", "put_user_policy", UserName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    return True


def bedrock_trust(account: str, region: str) -> PolicyDocument:
    """The trust policy that lets Bedrock's customization and batch jobs of one account and region assume a role.

    Sources: AWS, "Create a service role for model customization" (model-customization-iam-role) and "Create a custom
    service role for batch inference" (batch-iam-sr).
    """
    jobs = [f"arn:aws:bedrock:{region}:{account}:{kind}/*" for kind in ("model-customization-job", BATCH_JOB)]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "bedrock.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account},
                    "ArnEquals": {"aws:SourceArn": jobs},
                },
            }
        ],
    }
