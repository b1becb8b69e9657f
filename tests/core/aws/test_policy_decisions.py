"""IAM's rules for one action: who is named, what is denied, and which conditions hold."""

import pytest

from core.aws import identity, policies
from core.aws.policies import decide, unmet
from core.aws.s3 import S3Uri

ACCOUNT, REGION = "111122223333", "us-west-2"
JOB = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-customization-job/any"


def allow(**more):
    return {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"} | more}


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({}, "allowed"),
        ({"Action": "S3:getobject"}, "allowed"),
        ({"Action": ["s3:Put*", "s3:Get*"]}, "allowed"),
        ({"Action": "s3:Get?bject"}, "allowed"),
        ({"Action": "s3:PutObject"}, "implicitDeny"),
        ({"Resource": "arn:aws:s3:::B/*"}, "implicitDeny"),
        ({"Resource": "arn:aws:s3:::b/?.jsonl"}, "allowed"),
        ({"Effect": "Deny"}, "explicitDeny"),
        ({"Condition": {"StringEquals": {"aws:sourceaccount": ACCOUNT}}}, "allowed"),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "another"}}}, "implicitDeny"),
        ({"Condition": {"StringEquals": {"aws:Missing": "x"}}}, "implicitDeny"),
        ({"Condition": {"StringEqualsIfExists": {"aws:Missing": "x"}}}, "allowed"),
        ({"Condition": {"StringNotEquals": {"aws:Missing": "x"}}}, "allowed"),
        ({"Condition": {"StringNotLike": {"aws:SourceAccount": "1111*"}}}, "implicitDeny"),
        ({"Condition": {"ArnLike": {"aws:SourceArn": [JOB[:-3] + "*", "x"]}}}, "allowed"),
        ({"Condition": {"Bool": {"aws:SecureTransport": True}}}, "allowed"),
        ({"Condition": {"IpAddress": {"aws:SourceAccount": "10.0.0.0/8"}}}, "implicitDeny"),
    ],
)
def test_one_statement(changes, decision):
    context = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": JOB, "aws:SecureTransport": "true"}
    assert decide([allow(**changes)], "s3:GetObject", "arn:aws:s3:::b/a.jsonl", context=context) == decision


def test_what_is_not_named_is_named_by_not():
    document = {"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret/*"}]}
    assert decide([document], "s3:GetObject", "arn:aws:s3:::b/a") == "allowed"
    assert decide([document], "s3:GetObject", "arn:aws:s3:::secret/a") == "implicitDeny"
    assert decide([document], "iam:PassRole", "arn:aws:s3:::b/a") == "implicitDeny"


def test_a_denial_in_any_policy_counts_most():
    denial = {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    assert decide([allow(), denial], "s3:GetObject", "arn:aws:s3:::b/a") == "explicitDeny"
    assert decide([], "s3:GetObject") == "implicitDeny"


@pytest.mark.parametrize(
    ("account", "region", "decision"),
    [(ACCOUNT, REGION, "allowed"), ("999999999999", REGION, "implicitDeny"), (ACCOUNT, "us-east-1", "implicitDeny")],
)
def test_the_trust_policy_that_outcrop_prints_trusts_this_account_and_region_only(account, region, decision):
    context = {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:bedrock:{region}:{account}:model-customization-job/amazon.nova:0/abc",
    }
    trust = identity.bedrock_trust(ACCOUNT, REGION)
    service = "bedrock.amazonaws.com"
    assert decide([trust], "sts:AssumeRole", principal=service, context=context) == decision
    assert bool(unmet(trust, "sts:AssumeRole", principal=service, context=context)) == (decision != "allowed")
    assert decide([trust], "sts:AssumeRole", principal="ec2.amazonaws.com", context=context) == "implicitDeny"


def test_the_role_policy_that_outcrop_prints_allows_just_what_a_job_does():
    document = policies.role_permissions(
        inputs=[S3Uri("b", "in/train.jsonl")],
        output=S3Uri("b", "out/"),
        region=REGION,
        account=ACCOUNT,
        kms_key="0a1b",
        subnets=["subnet-1"],
        security_groups=["sg-1"],
    )

    def may(action, resource, **context):
        return decide([document], action, resource, context=context) == "allowed"

    assert may("s3:GetObject", "arn:aws:s3:::b/in/train.jsonl")
    assert may("s3:PutObject", "arn:aws:s3:::b/out/model-customization-job-x/metrics.csv")
    assert may("s3:ListBucket", "arn:aws:s3:::b")
    assert may("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b")
    assert may("ec2:CreateNetworkInterface", f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-1")
    assert not may("s3:PutObject", "arn:aws:s3:::b/in/train.jsonl")
    assert not may("s3:GetObject", "arn:aws:s3:::b/in/test.jsonl")
    assert not may("s3:DeleteObject", "arn:aws:s3:::b/out/x")
    assert not may("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/other")
    assert not may("ec2:DeleteNetworkInterface", "*")
    tagged = {"ec2:Subnet": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-1"} | {
        "ec2:ResourceTag/BedrockManaged": "true",
        "ec2:ResourceTag/BedrockModelCustomizationJobArn": JOB,
    }
    assert may("ec2:DeleteNetworkInterface", "*", **tagged)
