"""Lines about rights: the role and what it may do, the caller and what they may do."""

import json
from collections.abc import Sequence

from core.aws import identity, permissions, policies
from core.aws.errors import AwsError
from core.aws.permissions import Simulated
from core.aws.policies import decide, unmet
from core.line import Line, failed, passed, unknown
from core.tuning.preflight.flight import POLICY, Flight

BEDROCK = "bedrock.amazonaws.com"
START = "bedrock:CreateModelCustomizationJob"
_NO_ROLE = "no role to ask about"


def role(flight: Flight) -> Line:
    """Whether the role is there."""
    if not flight.config.role:
        return failed("No role is set", "Set `role:` in outcrop.yaml to the ARN of a role that Bedrock may assume")
    if flight.trust is not None:
        return passed(flight.config.role)
    trust = identity.bedrock_trust(flight.caller.account, flight.config.region)
    return failed(
        f"There is no role {flight.config.role} in this account",
        "Make it, then run `outcrop preflight` again",
        command=_with_trust(flight, "create-role", "--assume-role-policy-document", trust),
        policy=trust,
    )


def trust(flight: Flight) -> Line:
    """Whether Bedrock's jobs of this account and region may take the role on."""
    if flight.trust is None:
        return failed(_NO_ROLE)
    account, region = flight.caller.account, flight.config.region
    context = {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:bedrock:{region}:{account}:model-customization-job/{flight.tuning.base_id}/any",
    }
    if decide([flight.trust], "sts:AssumeRole", principal=BEDROCK, context=context) == "allowed":
        return passed(f"lets Bedrock's jobs of {account} in {region} assume it")
    wanted = identity.bedrock_trust(account, region)
    reasons = unmet(flight.trust, "sts:AssumeRole", principal=BEDROCK, context=context)
    return failed(
        f"does not let Bedrock's jobs of {account} in {region} assume it"
        + (f": {'; '.join(reasons)}" if reasons else ""),
        "Change its trust policy",
        command=_with_trust(flight, "update-assume-role-policy", "--policy-document", wanted),
        policy=wanted,
    )


def read(flight: Flight) -> Line:
    """Whether the role may read the training and the validation file."""
    buckets = list(dict.fromkeys(policies.bucket_arn(each.bucket) for each in flight.inputs))
    wanted = [
        (("s3:GetObject",), [policies.object_arn(each) for each in flight.inputs]),
        (("s3:ListBucket",), buckets),
    ]
    return role_may(flight, wanted, f"may read {flight.inputs[0]}")


def write(flight: Flight) -> Line:
    """Whether the role may write its results."""
    below = policies.object_arn(flight.output.below("model-customization-job-any/any"))
    wanted = [
        (("s3:PutObject", "s3:GetObject"), [below]),
        (("s3:ListBucket",), [policies.bucket_arn(flight.output.bucket)]),
    ]
    return role_may(flight, wanted, f"may write below {flight.output}")


def pass_role(flight: Flight) -> Line:
    """Whether the caller may hand the role to Bedrock."""
    if not flight.config.role:
        return failed(_NO_ROLE)
    context = {"iam:PassedToService": BEDROCK}
    return _caller_may(flight, "iam:PassRole", flight.config.role, context, f"may pass {flight.role_name} to Bedrock")


def start(flight: Flight) -> Line:
    """Whether the caller may create a job."""
    return _caller_may(flight, START, flight.base_arn, {}, "may create customization jobs")


def organisation(flight: Flight) -> Line:
    """Whether a service control policy of the organisation stands in the way."""
    found = _simulated(flight, START, flight.base_arn, {})
    if isinstance(found, Line):
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


def role_may(flight: Flight, wanted: Sequence[tuple[Sequence[str], Sequence[str]]], found: str) -> Line:
    """Asks what the role may do, by its own policies.

    Args:
        flight: What is looked at.
        wanted: Actions, and the ARNs of the resources that each of them is asked of.
        found: What a line that passes says.
    """
    if flight.trust is None:
        return failed(_NO_ROLE)
    try:
        simulated = [
            each
            for actions, resources in wanted
            for each in permissions.simulate(flight.connection, flight.config.role, actions, resources)
        ]
    except AwsError as error:
        if permissions.may_not_ask(error):
            return _not_simulated(error)
        raise
    denied = _denied(simulated)
    if not denied:
        return passed(found)
    document = flight.role_policy()
    put = ("iam", "put-role-policy", "--role-name", flight.role_name, "--policy-name", POLICY)
    return failed(
        f"{flight.role_name} may not: {denied}",
        "Give it this policy; a policy of the bucket itself is not looked at",
        command=flight.cli_policy(*put, document=document),
        policy=document,
    )


def _with_trust(flight: Flight, operation: str, option: str, document: dict[str, object]) -> str:
    return flight.cli(
        "iam", operation, "--role-name", flight.role_name, option, json.dumps(document, separators=(",", ":"))
    )


def _caller_may(flight: Flight, action: str, resource: str, context: dict[str, str], found: str) -> Line:
    simulated = _simulated(flight, action, resource, context)
    if isinstance(simulated, Line):
        return simulated
    denied = _denied(simulated)
    who = flight.caller.arn.rpartition(":")[2]
    if not denied:
        return passed(f"{who} {found}")
    kind, _, rest = who.partition("/")
    name = rest.rpartition("/")[2] if kind == "user" else rest.partition("/")[0]
    holder = "user" if kind == "user" else "role"
    document = flight.caller_policy()
    put = ("iam", f"put-{holder}-policy", f"--{holder}-name", name, "--policy-name", POLICY)
    return failed(
        f"{who} may not: {denied}",
        "Ask for this policy",
        command=flight.cli_policy(*put, document=document),
        policy=document,
    )


def _simulated(flight: Flight, action: str, resource: str, context: dict[str, str]) -> list[Simulated] | Line:
    """What the simulation says of the caller, or why it says nothing."""
    try:
        principal = permissions.principal_of(flight.connection, flight.caller.arn)
        if principal is None:
            return unknown("IAM does not simulate the root user", "Work as a user or a role")
        return permissions.simulate(flight.connection, principal, [action], [resource], context)
    except AwsError as error:
        if permissions.may_not_ask(error):
            return _not_simulated(error)
        raise


def _not_simulated(error: AwsError) -> Line:
    return unknown(
        f"not simulated: {error.what}",
        "Ask for iam:SimulatePrincipalPolicy and iam:GetRole, or let the submit find out",
    )


def _denied(simulated: Sequence[Simulated]) -> str:
    return ", ".join(f"{each.action} on {each.resource}" for each in simulated if not each.allowed)
