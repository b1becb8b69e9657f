"""The least that a customization job's role, and whoever starts the job, must be allowed.

Sources, all of Amazon Bedrock's user guide: model-customization-iam-role (S3), vpc-model-customization (network
interfaces), encryption-custom-job (the key).
"""

from collections.abc import Sequence
from typing import Any

from core.aws.s3 import S3Uri

Statement = dict[str, Any]
Document = dict[str, Any]

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
) -> Document:
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


def caller_permissions(*, role: str, region: str, account: str, models: Sequence[str], inputs: S3Uri) -> Document:
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


def _document(statements: list[Statement]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}
