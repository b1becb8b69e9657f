"""Who calls, and what IAM's own simulation says that somebody may do."""

from collections.abc import Mapping, Sequence

import msgspec

from core.aws.errors import AwsError
from core.aws.session import Connection


class Caller(msgspec.Struct, frozen=True):
    """Whose credentials these are."""

    account: str
    arn: str


class Simulated(msgspec.Struct, frozen=True):
    """What the simulation says of one action on one resource.

    Attributes:
        action: Such as `s3:GetObject`.
        resource: Its ARN.
        allowed: By all policies together.
        organisation: Whether the service control policies allow it; None where nothing is said of them.
    """

    action: str
    resource: str
    allowed: bool
    organisation: bool | None = None


def caller(connection: Connection) -> Caller:
    """Whoever these credentials are."""
    answer = connection.call("sts", "get_caller_identity")
    return Caller(str(answer["Account"]), str(answer["Arn"]))


def principal_of(connection: Connection, arn: str) -> str | None:
    """The user or role whose policies decide for a caller; None for the root user, who has none.

    A session of a role names the role without its path, so IAM is asked for the whole ARN.
    """
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    if kind == "assumed-role":
        answer = connection.call("iam", "get_role", RoleName=rest.partition("/")[0])
        return str(answer["Role"]["Arn"])
    return arn if kind in ("user", "role") else None


def simulate(
    connection: Connection,
    principal: str,
    actions: Sequence[str],
    resources: Sequence[str],
    context: Mapping[str, str] | None = None,
) -> list[Simulated]:
    """Asks IAM what a user or role may do. Policies of buckets and keys themselves are not taken in.

    Args:
        connection: Where.
        principal: The ARN of the user or role.
        actions: Each is asked of each resource.
        resources: ARNs.
        context: Condition keys and their values.

    Raises:
        AwsError: There is no such principal, or the caller may not ask: `AccessDenied`.
    """
    entries = [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for key, value in (context or {}).items()
    ]
    answer = connection.call(
        "iam",
        "simulate_principal_policy",
        PolicySourceArn=principal,
        ActionNames=list(actions),
        ResourceArns=list(resources),
        ContextEntries=entries,
    )
    return [
        Simulated(
            action=item["EvalActionName"],
            resource=item.get("EvalResourceName", "*"),
            allowed=item["EvalDecision"] == "allowed",
            organisation=item.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations"),
        )
        for item in answer["EvaluationResults"]
    ]


def may_not_ask(error: AwsError) -> bool:
    """Whether an error says that the caller may not ask, which says nothing about the answer."""
    return error.code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
