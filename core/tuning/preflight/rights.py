"""Lines about rights: the role and what it may do, the caller and what they may do."""

import json
from collections.abc import Sequence

from core.aws import identity, permissions, policies
from core.aws.errors import AwsError
from core.aws.permissions import Simulated
from core.aws.policies import decide, unmet
from core.checklist import CheckLine, failed, passed, unknown
from core.tuning.preflight.context import POLICY, PreflightContext

BEDROCK = "bedrock.amazonaws.com"
START = "bedrock:CreateModelCustomizationJob"
_NO_ROLE = "no role to ask about"


def role(context: PreflightContext) -> CheckLine:
    """Whether the role is there."""
    if not context.config.role:
        return failed("No role is set", "Set `role:` in outcrop.yaml to the ARN of a role that Bedrock may assume")
    if context.trust is not None:
        return passed(context.config.role)
    trust = identity.bedrock_trust(context.caller.account, context.config.region)
    return failed(
        f"There is no role {context.config.role} in this account",
        "Make it, then run `outcrop preflight` again",
        command=_with_trust(context, "create-role", "--assume-role-policy-document", trust),
        policy=trust,
    )


def trust(context: PreflightContext) -> CheckLine:
    """Whether Bedrock's jobs of this account and region may take the role on."""
    if context.trust is None:
        return failed(_NO_ROLE)
    account, region = context.caller.account, context.config.region
    when = {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:bedrock:{region}:{account}:model-customization-job/{context.tuning.base_id}/any",
    }
    if decide([context.trust], "sts:AssumeRole", principal=BEDROCK, context=when) == "allowed":
        return passed(f"lets Bedrock's jobs of {account} in {region} assume it")
    wanted = identity.bedrock_trust(account, region)
    reasons = unmet(context.trust, "sts:AssumeRole", principal=BEDROCK, context=when)
    return failed(
        f"does not let Bedrock's jobs of {account} in {region} assume it"
        + (f": {'; '.join(reasons)}" if reasons else ""),
        "Change its trust policy",
        command=_with_trust(context, "update-assume-role-policy", "--policy-document", wanted),
        policy=wanted,
    )


def read(context: PreflightContext) -> CheckLine:
    """Whether the role may read the training and the validation file."""
    buckets = list(dict.fromkeys(policies.bucket_arn(each.bucket) for each in context.inputs))
    wanted = [
        (("s3:GetObject",), [policies.object_arn(each) for each in context.inputs]),
        (("s3:ListBucket",), buckets),
    ]
    return role_may(context, wanted, f"may read {context.inputs[0]}")


def write(context: PreflightContext) -> CheckLine:
    """Whether the role may write its results."""
    below = policies.object_arn(context.output.below("model-customization-job-any/any"))
    wanted = [
        (("s3:PutObject", "s3:GetObject"), [below]),
        (("s3:ListBucket",), [policies.bucket_arn(context.output.bucket)]),
    ]
    return role_may(context, wanted, f"may write below {context.output}")


def pass_role(context: PreflightContext) -> CheckLine:
    """Whether the caller may hand the role to Bedrock."""
    if not context.config.role:
        return failed(_NO_ROLE)
    when = {"iam:PassedToService": BEDROCK}
    return _caller_may(context, "iam:PassRole", context.config.role, when, f"may pass {context.role_name} to Bedrock")


def start(context: PreflightContext) -> CheckLine:
    """Whether the caller may create a job."""
    return _caller_may(context, START, context.base_arn, {}, "may create customization jobs")


def organisation(context: PreflightContext) -> CheckLine:
    """Whether a service control policy of the organisation stands in the way."""
    found = _simulated(context, START, context.base_arn, {})
    if isinstance(found, CheckLine):
        return found
    said = {each.organisation for each in found}
    if False in said:
        return failed(
            f"A service control policy of the organisation denies {START}",
            "Ask whoever administers the organisation to allow it for this account and region",
        )
    if said == {None}:
        return unknown(
            "IAM says nothing of service control policies here",
            "Ask whoever administers the organisation, if there is one",
        )
    return passed(f"service control policies allow {START}")


def role_may(
    context: PreflightContext, wanted: Sequence[tuple[Sequence[str], Sequence[str]]], found: str
) -> CheckLine:
    """Asks what the role may do, by its own policies.

    Args:
        context: What is looked at.
        wanted: Actions, and the ARNs of the resources that each of them is asked of.
        found: What a line that passes says.
    """
    if context.trust is None:
        return failed(_NO_ROLE)
    try:
        simulated = [
            each
            for actions, resources in wanted
            for each in permissions.simulate(context.connection, context.config.role, actions, resources)
        ]
    except AwsError as error:
        if permissions.may_not_ask(error):
            return _not_simulated(error)
        raise
    denied = _denied(simulated)
    if not denied:
        return passed(found)
    document = context.role_policy()
    put = ("iam", "put-role-policy", "--role-name", context.role_name, "--policy-name", POLICY)
    return failed(
        f"{context.role_name} may not: {denied}",
        "Give it this policy; a policy of the bucket itself is not looked at",
        command=context.cli_policy(*put, document=document),
        policy=document,
    )


def _with_trust(context: PreflightContext, operation: str, option: str, document: dict[str, object]) -> str:
    return context.cli(
        "iam", operation, "--role-name", context.role_name, option, json.dumps(document, separators=(",", ":"))
    )


def _caller_may(context: PreflightContext, action: str, resource: str, when: dict[str, str], found: str) -> CheckLine:
    simulated = _simulated(context, action, resource, when)
    if isinstance(simulated, CheckLine):
        return simulated
    denied = _denied(simulated)
    who = context.caller.arn.rpartition(":")[2]
    if not denied:
        return passed(f"{who} {found}")
    kind, _, rest = who.partition("/")
    name = rest.rpartition("/")[2] if kind == "user" else rest.partition("/")[0]
    holder = "user" if kind == "user" else "role"
    document = context.caller_policy()
    put = ("iam", f"put-{holder}-policy", f"--{holder}-name", name, "--policy-name", POLICY)
    return failed(
        f"{who} may not: {denied}",
        "Ask for this policy",
        command=context.cli_policy(*put, document=document),
        policy=document,
    )


def _simulated(
    context: PreflightContext, action: str, resource: str, when: dict[str, str]
) -> list[Simulated] | CheckLine:
    """What the simulation says of the caller, or why it says nothing."""
    try:
        principal = permissions.principal_of(context.connection, context.caller.arn)
        if principal is None:
            return unknown("IAM does not simulate the root user", "Work as a user or a role")
        return permissions.simulate(context.connection, principal, [action], [resource], when)
    except AwsError as error:
        if permissions.may_not_ask(error):
            return _not_simulated(error)
        raise


def _not_simulated(error: AwsError) -> CheckLine:
    return unknown(
        f"not simulated: {error.what}",
        "Ask for iam:SimulatePrincipalPolicy and iam:GetRole, or let the submit find out",
    )


def _denied(simulated: Sequence[Simulated]) -> str:
    return ", ".join(f"{each.action} on {each.resource}" for each in simulated if not each.allowed)
