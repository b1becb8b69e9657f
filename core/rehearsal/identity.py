"""What IAM, STS and Service Quotas answer where moto does not: who calls, what policies allow, how many jobs may run.

The policies are those that moto keeps, service control policies of its Organizations among them; what they say is
decided by the same rules that Outcrop's preflight goes by.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import msgspec
from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from core.aws.location import REHEARSAL_ACCOUNT
from core.aws.policies import PolicyDecision, PolicyDocument, decide
from core.aws.quotas import JOBS_QUOTA_CODE
from core.rehearsal.world import JOBS_AT_ONCE

USER = "rehearser"  # whoever has the rehearsal's key
CALLER = f"arn:aws:iam::{REHEARSAL_ACCOUNT}:user/{USER}"
_SIMULATE = "iam:SimulatePrincipalPolicy"


class IdentityReply(msgspec.Struct, frozen=True):
    """An answer of ours."""

    status: int
    content_type: str
    body: bytes


def answer(service: str, target: str, body: bytes) -> IdentityReply | None:
    """Answers a request that moto has no answer to, or a wrong one; None for every other.

    Args:
        service: As the request is signed for.
        target: The operation of a JSON protocol, from its header.
        body: The request's.
    """
    if service == "servicequotas":
        return _quota(body) if target.endswith(("GetServiceQuota", "GetAWSDefaultServiceQuota")) else None
    if service not in ("iam", "sts"):
        return None
    query = dict(parse_qsl(body.decode("utf-8", "replace")))
    if query.get("Action") == "GetCallerIdentity":
        said = f"<Arn>{CALLER}</Arn><UserId>{USER}</UserId><Account>{REHEARSAL_ACCOUNT}</Account>"
        return _xml("GetCallerIdentity", said)
    if query.get("Action") == "SimulatePrincipalPolicy":
        return _simulation(query)
    return None


def policies_of(principal: str) -> list[PolicyDocument] | None:
    """The policies of a user or role, or None where there is no such principal."""
    backend: Any = iam_backends[REHEARSAL_ACCOUNT]["aws"]
    users = {user.arn: user for user in backend.users.values()}
    roles = {role.arn: role for role in backend.roles.values()}
    if principal not in users | roles:
        return None
    holders = [(users | roles)[principal]]
    if principal in users:
        holders += backend.get_groups_for_user(holders[0].name)
    return [document for holder in holders for document in _documents(holder)]


def simulated(
    principal: str, action: str, resource: str, context: Mapping[str, str]
) -> tuple[PolicyDecision, bool | None]:
    """What the policies of a principal say, and whether its organisation allows it; None without an organisation.

    Raises:
        KeyError: There is no such principal.
    """
    documents = policies_of(principal)
    if documents is None:
        raise KeyError(principal)
    own = decide(documents, action, resource, context=context)
    organisation = _organisation(action, resource, context)
    return ("implicitDeny" if own == "allowed" and organisation is False else own), organisation


def _documents(holder: Any) -> list[PolicyDocument]:
    attached = [
        version.document
        for policy in holder.managed_policies.values()
        for version in policy.versions
        if version.version_id == policy.default_version_id
    ]
    return [json.loads(each) for each in (*holder.policies.values(), *attached)]


def _organisation(action: str, resource: str, context: Mapping[str, str]) -> bool | None:
    backend: Any = organizations_backends[REHEARSAL_ACCOUNT]["aws"]
    attached = [
        json.loads(policy.content)
        for policy in backend.policies
        if policy.type == "SERVICE_CONTROL_POLICY" and policy.attachments
    ]
    return decide(attached, action, resource, context=context) == "allowed" if attached else None


def _simulation(query: dict[str, str]) -> IdentityReply:
    principal = query.get("PolicySourceArn", "")
    if simulated(CALLER, _SIMULATE, principal, {})[0] != "allowed":
        return _refusal(403, "AccessDenied", f"User: {CALLER} is not authorized to perform: {_SIMULATE}")
    if policies_of(principal) is None:
        return _refusal(404, "NoSuchEntity", f"No policies were found for {principal}.")
    context = {
        query[name]: query.get(name.removesuffix("Name") + "Values.member.1", "")
        for name in query
        if name.startswith("ContextEntries.") and name.endswith(".ContextKeyName")
    }
    results = [
        _result(action, resource, *simulated(principal, action, resource, context))
        for action in _members(query, "ActionNames")
        for resource in _members(query, "ResourceArns") or ["*"]
    ]
    listed = "".join(f"<member>{each}</member>" for each in results)
    return _xml(
        "SimulatePrincipalPolicy",
        f"<IsTruncated>false</IsTruncated><EvaluationResults>{listed}</EvaluationResults>",
    )


def _result(action: str, resource: str, decision: PolicyDecision, organisation: bool | None) -> str:
    detail = (
        ""
        if organisation is None
        else f"<AllowedByOrganizations>{str(organisation).lower()}</AllowedByOrganizations>"
    )
    return (
        f"<EvalActionName>{escape(action)}</EvalActionName><EvalResourceName>{escape(resource)}</EvalResourceName>"
        f"<EvalDecision>{decision}</EvalDecision>"
        + (f"<OrganizationsDecisionDetail>{detail}</OrganizationsDecisionDetail>" if detail else "")
    )


def _members(query: dict[str, str], name: str) -> list[str]:
    return [value for key, value in query.items() if key.startswith(f"{name}.member.")]


def _quota(body: bytes) -> IdentityReply | None:
    asked = json.loads(body or b"{}")
    if (asked.get("ServiceCode"), asked.get("QuotaCode")) != ("bedrock", JOBS_QUOTA_CODE):
        return None
    quota = {"ServiceCode": "bedrock", "QuotaCode": JOBS_QUOTA_CODE, "Value": float(JOBS_AT_ONCE), "Unit": "None"}
    return IdentityReply(200, "application/x-amz-json-1.1", json.dumps({"Quota": quota}).encode())


def _xml(operation: str, said: str) -> IdentityReply:
    wrapped = f"<{operation}Response><{operation}Result>{said}</{operation}Result></{operation}Response>"
    return IdentityReply(200, "text/xml", wrapped.encode())


def _refusal(status: int, code: str, message: str) -> IdentityReply:
    said = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return IdentityReply(status, "text/xml", f"<ErrorResponse>{said}</ErrorResponse>".encode())
