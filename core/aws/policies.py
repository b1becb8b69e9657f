"""IAM policies: what a document allows, and the least that a job's role and whoever starts the job must be allowed.

Sources: AWS, "Policy evaluation logic" and "IAM JSON policy elements" (IAM User Guide); Amazon Bedrock's user guide,
model-customization-iam-role (S3), vpc-model-customization (network interfaces) and encryption-custom-job (the key).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from core.aws.s3 import S3Uri

Statement = dict[str, Any]
PolicyDocument = dict[str, Any]
PolicyDecision = Literal["allowed", "explicitDeny", "implicitDeny"]

JOB_TAG = "BedrockModelCustomizationJobArn"  # Bedrock puts these two on the network interfaces that it makes
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant")
MANAGED_TAG = "BedrockManaged"


def role_permissions(
    *,
    inputs: Sequence[S3Uri],
    output: S3Uri,
    region: str,
    account: str,
    kms_key: str = "",
    subnets: Sequence[str] = (),
    security_groups: Sequence[str] = (),
) -> PolicyDocument:
    """What the role may do: read these files, write below this prefix, and use the key and the subnets, if any.

    Args:
        inputs: The training and the validation file.
        output: The prefix of the results.
        region: The job's.
        account: The job's.
        kms_key: ARN of the key of the tuned model, or empty.
        subnets: Ids of the VPC's subnets the job runs in.
        security_groups: Ids, of the same VPC.
    """
    buckets = list(dict.fromkeys(bucket_arn(each.bucket) for each in (*inputs, output)))
    prefix = f"{bucket_arn(output.bucket)}/{output.key.rstrip('/')}/*"
    statements = [
        _allow(["s3:ListBucket"], buckets),
        _allow(["s3:GetObject"], [object_arn(each) for each in inputs]),
        _allow(["s3:GetObject", "s3:PutObject"], [prefix]),
    ]
    if kms_key:
        statements.append(
            _allow(
                list(KEY_ACTIONS),
                [key_arn(kms_key, region, account)],
            )
        )
    if subnets or security_groups:
        statements += _network(region, account, subnets, security_groups)
    return _document(statements)


def caller_permissions(
    *, role: str, region: str, account: str, models: Sequence[str], inputs: S3Uri
) -> PolicyDocument:
    """What whoever submits may do: upload, start jobs on these models, follow them, read results, hand over the role.

    Args:
        role: The ARN of the job's role.
        region: The job's.
        account: The job's.
        models: ARNs of the base models.
        inputs: The prefix that files are uploaded below, and results written.
    """
    here = f"arn:aws:bedrock:{region}:{account}"
    passed = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    return _document(
        [
            _allow(
                ["bedrock:CreateModelCustomizationJob"],
                [*models, f"{here}:model-customization-job/*", f"{here}:custom-model/*"],
            ),
            _allow(
                ["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob", "bedrock:TagResource"],
                [f"{here}:model-customization-job/*"],
            ),
            _allow(["bedrock:GetCustomModel"], [f"{here}:custom-model/*"]),
            _allow(
                ["bedrock:ListModelCustomizationJobs", "bedrock:ListCustomModels", "bedrock:ListFoundationModels"],
                ["*"],
            ),
            {**_allow(["iam:PassRole"], [role]), "Condition": passed},
            _allow(["iam:GetRole", "iam:SimulatePrincipalPolicy"], [role]),
            _allow(["s3:ListBucket", "s3:GetBucketLocation"], [bucket_arn(inputs.bucket)]),
            _allow(["s3:GetObject", "s3:PutObject"], [f"{object_arn(inputs)}/*"]),
        ]
    )


def bucket_arn(bucket: str) -> str:
    """A bucket's ARN."""
    return f"arn:aws:s3:::{bucket}"


def object_arn(uri: S3Uri) -> str:
    """An object's ARN."""
    return f"{bucket_arn(uri.bucket)}/{uri.key}"


def key_arn(key: str, region: str, account: str) -> str:
    """A key's ARN, from itself or from its id."""
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"


def _network(region: str, account: str, subnets: Sequence[str], security_groups: Sequence[str]) -> list[Statement]:
    here = f"arn:aws:ec2:{region}:{account}"
    jobs = f"arn:aws:bedrock:{region}:{account}:model-customization-job/*"
    interfaces, subnet_arns = f"{here}:network-interface/*", [f"{here}:subnet/{each}" for each in subnets]
    looks = ("NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups")
    return [
        _allow([f"ec2:Describe{each}" for each in looks], ["*"]),
        {
            **_allow(["ec2:CreateNetworkInterface"], [interfaces]),
            "Condition": {
                "StringEquals": {f"aws:RequestTag/{MANAGED_TAG}": "true"},
                "ArnEquals": {f"aws:RequestTag/{JOB_TAG}": jobs},
            },
        },
        _allow(
            ["ec2:CreateNetworkInterface"],
            [*subnet_arns, *(f"{here}:security-group/{each}" for each in security_groups)],
        ),
        {
            **_allow(
                [
                    f"ec2:{each}"
                    for each in (
                        "CreateNetworkInterfacePermission",
                        "DeleteNetworkInterface",
                        "DeleteNetworkInterfacePermission",
                    )
                ],
                ["*"],
            ),
            "Condition": {
                "ArnEquals": {"ec2:Subnet": subnet_arns, f"ec2:ResourceTag/{JOB_TAG}": jobs},
                "StringEquals": {f"ec2:ResourceTag/{MANAGED_TAG}": "true"},
            },
        },
        {
            **_allow(["ec2:CreateTags"], [interfaces]),
            "Condition": {
                "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
                "ForAllValues:StringEquals": {"aws:TagKeys": [MANAGED_TAG, JOB_TAG]},
            },
        },
    ]


def _allow(actions: list[str], resources: list[str]) -> Statement:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _document(statements: list[Statement]) -> PolicyDocument:
    return {"Version": "2012-10-17", "Statement": statements}


def decide(
    documents: Iterable[PolicyDocument],
    action: str,
    resource: str = "*",
    *,
    principal: str = "",
    context: Mapping[str, str] | None = None,
) -> PolicyDecision:
    """What some policies together say: a denial counts most, and what nobody allows is denied.

    Args:
        documents: The policies.
        action: Such as `s3:GetObject`.
        resource: The ARN it is about.
        principal: The service that asks, for a trust policy; such as `bedrock.amazonaws.com`.
        context: Condition keys and their values.
    """
    found: PolicyDecision = "implicitDeny"
    for statement in (each for document in documents for each in _listed(document.get("Statement", ()))):
        if not _concerns(statement, action, resource, principal, context or {}):
            continue
        if statement.get("Effect") == "Deny":
            return "explicitDeny"
        found = "allowed"
    return found


def unmet(document: PolicyDocument, action: str, *, principal: str, context: Mapping[str, str]) -> list[str]:
    """The conditions that keep a trust policy's fitting statements from applying, as `key must be value`."""
    return [
        f"{key} must be {' or '.join(map(str, _listed(wanted)))}"
        for statement in _listed(document.get("Statement", ()))
        if statement.get("Effect") == "Allow"
        and _concerns(statement, action, "*", principal, context, conditions=False)
        for operator, key, wanted in _conditions(statement)
        if not _holds(operator, _listed(wanted), _value(context, key))
    ]


def _concerns(
    statement: PolicyDocument,
    action: str,
    resource: str,
    principal: str,
    context: Mapping[str, str],
    *,
    conditions: bool = True,
) -> bool:
    return (
        _named(statement, "Action", action, ignore_case=True)
        and ("Principal" in statement or _named(statement, "Resource", resource))
        and ("Principal" not in statement or principal in _services(statement["Principal"]))
        and (
            not conditions
            or all(_holds(how, _listed(want), _value(context, key)) for how, key, want in _conditions(statement))
        )
    )


def _named(statement: PolicyDocument, element: str, value: str, *, ignore_case: bool = False) -> bool:
    if f"Not{element}" in statement:
        return not any(_like(each, value, ignore_case=ignore_case) for each in _listed(statement[f"Not{element}"]))
    return any(_like(each, value, ignore_case=ignore_case) for each in _listed(statement.get(element, ())))


def _services(principal: object) -> list[str]:
    return _listed(principal.get("Service", ())) if isinstance(principal, Mapping) else []


def _conditions(statement: PolicyDocument) -> list[tuple[str, str, object]]:
    by_operator = statement.get("Condition", {})
    return [(operator, key, wanted) for operator, keys in by_operator.items() for key, wanted in keys.items()]


def _value(context: Mapping[str, str], key: str) -> str | None:
    return next((value for name, value in context.items() if name.lower() == key.lower()), None)


def _holds(operator: str, wanted: list[object], value: str | None) -> bool:
    """Whether a condition holds; one with an operator that is not known here does not."""
    name = operator.rpartition(":")[2]
    if_exists = name.endswith("IfExists")
    test = _OPERATORS.get(name.removesuffix("IfExists"))
    if value is None:
        return if_exists or operator.startswith("ForAllValues:") or "Not" in name
    return test is not None and test([str(each) for each in wanted], value)


def _like(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def _any_like(wanted: list[str], value: str) -> bool:
    return any(_like(each, value) for each in wanted)


_OPERATORS: dict[str, Callable[[list[str], str], bool]] = {
    "StringEquals": lambda wanted, value: value in wanted,
    "StringNotEquals": lambda wanted, value: value not in wanted,
    "StringEqualsIgnoreCase": lambda wanted, value: value.lower() in [each.lower() for each in wanted],
    "StringLike": _any_like,
    "StringNotLike": lambda wanted, value: not _any_like(wanted, value),
    "ArnEquals": _any_like,
    "ArnLike": _any_like,
    "ArnNotEquals": lambda wanted, value: not _any_like(wanted, value),
    "ArnNotLike": lambda wanted, value: not _any_like(wanted, value),
    "Bool": lambda wanted, value: value.lower() in [each.lower() for each in wanted],
}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
