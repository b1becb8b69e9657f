"""The policies that a project needs, as documents to hand to whoever administers the account."""

import msgspec

from core.aws import identity, kms, policies, s3
from core.aws.policies import PolicyDocument
from core.errors import UsageError
from core.tuning import submission
from core.workspace import Workspace


class Policies(msgspec.Struct, frozen=True):
    """The least that has to be allowed.

    Attributes:
        trust: Who may take the job's role on.
        permissions: What the role may do.
        caller: What whoever submits may do.
    """

    trust: PolicyDocument
    permissions: PolicyDocument
    caller: PolicyDocument


def project_policies(workspace: Workspace) -> Policies:
    """The policies for all jobs of a project, whatever its export.

    Raises:
        UsageError: No bucket is set, or the model is unknown.
        OutcropError: Nobody says which account this is.
    """
    settings = workspace.config
    _, tuning = workspace.tuning()
    if not settings.bucket:
        raise UsageError("No bucket is set", todo="Set `bucket:` in outcrop.yaml")
    account = _account(workspace)
    prefix = s3.parse_uri(f"s3://{settings.bucket}/outcrop/{submission.word(settings.name)}")
    role = settings.role or f"arn:aws:iam::{account}:role/Outcrop"
    return Policies(
        trust=identity.bedrock_trust(account, settings.region),
        permissions=policies.role_permissions(
            inputs=[prefix.below(f"*/{name}.jsonl") for name in ("train", "validation")],
            output=prefix.below("*/results"),
            region=settings.region,
            account=account,
            kms_key=_key(workspace),
            subnets=settings.vpc.subnets,
            security_groups=settings.vpc.security_groups,
        ),
        caller=policies.caller_permissions(
            role=role,
            region=settings.region,
            account=account,
            inputs=prefix,
            models=[f"arn:aws:bedrock:{settings.region}::foundation-model/{tuning.base_id}"],
        ),
    )


def _key(workspace: Workspace) -> str:
    """The project's key; an alias as the key behind it, for no policy can name an alias."""
    name = workspace.config.kms_key
    if "alias/" not in name:
        return name
    found = kms.describe_key(workspace.connection, name)
    if found is None:
        raise UsageError(f"There is no key {name}", todo="Mend `kms_key:` in outcrop.yaml")
    return found.arn


def _account(workspace: Workspace) -> str:
    """The account: the role's own, else that of the credentials."""
    parts = workspace.config.role.split(":")
    if len(parts) > 4 and parts[4]:
        return parts[4]
    return workspace.connection.location.account
