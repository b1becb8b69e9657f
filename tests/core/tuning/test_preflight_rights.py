"""Preflight against the rehearsal: what the caller and the role may, passing and failing, and what mends it."""

import json

import pytest
from preflight_looks import ACCOUNT, EAST, USER, caller_may, configured, look, role_with, runs
from rehearsed import BUCKET, REGION
from shop_exports import exported

from core.aws import identity
from core.tuning import submission
from core.tuning.iam import project_policies


def test_a_service_control_policy_that_denies_jobs(organised, project):
    shops = project(organised.connection())
    assert look(shops)["organisation"].state == "pass"
    organizations = organised.client("organizations")
    denial = {"Statement": [{"Effect": "Deny", "Action": "bedrock:Create*", "Resource": "*"}]}
    policy = organizations.create_policy(
        Name="NoJobs", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(denial)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=ACCOUNT)
    try:
        found = look(shops)
    finally:
        organizations.detach_policy(PolicyId=policy, TargetId=ACCOUNT)
    assert (found["organisation"].state, found["start jobs"].state) == ("fail", "fail")
    assert "bedrock:CreateModelCustomizationJob" in found["organisation"].found


def test_without_an_organisation_nothing_is_said_of_its_policies(shops):
    assert look(shops)["organisation"].state == "unknown"


@pytest.mark.parametrize(
    ("name", "missing"), [("start jobs", "bedrock:CreateModelCustomizationJob"), ("pass role", "iam:PassRole")]
)
def test_a_caller_who_may_not_is_given_the_policy_and_the_command_that_puts_it(server, shops, name, missing):
    with caller_may(server, "iam:Get*", "iam:List*", "iam:Simulate*", "iam:Put*", "s3:*"):
        line = look(shops)[name]
        assert line.state == "fail"
        assert line.found.startswith(f"user/rehearser may not: {missing} on ")
        runs(server, line.command)
        assert look(shops)[name].state == "pass"
    server.client("iam").delete_user_policy(UserName=USER, PolicyName="OutcropCustomization")


def test_what_cannot_be_simulated_is_unknown(server, shops):
    with caller_may(server, "iam:Get*"):
        found = look(shops)
    unknown = {name for name, line in found.items() if line.state == "unknown"}
    assert unknown == {"organisation", "start jobs", "pass role", "read", "write"}
    assert "iam:SimulatePrincipalPolicy" in found["read"].todo


def test_a_role_that_is_not_there_and_the_command_that_makes_it(server, shops):
    configured(shops, role=f"arn:aws:iam::{ACCOUNT}:role/Nobody")
    line = look(shops)["role"]
    assert line.state == "fail"
    runs(server, line.command)
    found = look(shops)
    assert (found["role"].state, found["trust"].state) == ("pass", "pass")


def test_no_role_at_all(shops):
    configured(shops, role="")
    line = look(shops)["role"]
    assert (line.state, line.found) == ("fail", "No role is set")


def test_a_role_of_another_account_is_not_there(shops):
    configured(shops, role="arn:aws:iam::999999999999:role/OutcropRehearsal")
    assert look(shops)["role"].state == "fail"


def test_a_role_that_trusts_bedrock_in_another_region_and_the_command_that_mends_it(server, shops):
    configured(shops, role=role_with(server, "Eastern", "s3:*", region=EAST))
    line = look(shops)["trust"]
    assert line.state == "fail"
    assert f"aws:SourceArn must be arn:aws:bedrock:{EAST}:{ACCOUNT}:model-customization-job/*" in line.found
    assert line.policy == identity.bedrock_trust(ACCOUNT, REGION)
    runs(server, line.command)
    assert look(shops)["trust"].state == "pass"


def test_a_role_that_trusts_another_service(server, shops):
    document = identity.bedrock_trust(ACCOUNT, REGION)
    document["Statement"][0]["Principal"] = {"Service": "sagemaker.amazonaws.com"}
    configured(shops, role=identity.create_role(server.connection(), "SageMaker", document))
    assert look(shops)["trust"].state == "fail"


def test_a_role_that_may_do_nothing_and_the_command_that_gives_it_the_least(server, shops):
    configured(shops, role=role_with(server, "Poor"))
    found = look(shops)
    assert (found["read"].state, found["write"].state) == ("fail", "fail")
    assert f"s3:GetObject on arn:aws:s3:::{BUCKET}/outcrop/shops/" in found["read"].found
    runs(server, found["read"].command)
    found = look(shops)
    assert (found["read"].state, found["write"].state) == ("pass", "pass")
    submission.submit(shops, submission.prepare(shops, *exported(shops)))  # and Bedrock agrees


def test_a_role_that_may_read_but_not_write(server, shops):
    configured(shops, role=role_with(server, "Reader", "s3:Get*", "s3:List*"))
    found = look(shops)
    assert (found["read"].state, found["write"].state) == ("pass", "fail")
    assert "s3:PutObject" in found["write"].found


def test_a_key_that_is_not_there_disabled_or_no_key_for_this(server, shops):
    kms = server.client("kms")
    configured(shops, kms_key="0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f")
    line = look(shops)["key"]
    assert (line.state, "There is no key" in line.found) == ("fail", True)

    key = kms.create_key()["KeyMetadata"]["Arn"]
    key_id = key.rpartition("/")[2]
    kms.disable_key(KeyId=key_id)
    configured(shops, kms_key=key)
    line = look(shops)["key"]
    assert (line.state, line.command) == ("fail", f"aws kms enable-key --key-id {key} --region us-west-2")
    kms.enable_key(KeyId=key_id)
    assert look(shops)["key"].state == "pass"

    signing = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    configured(shops, kms_key=signing)
    assert "RSA_2048 for SIGN_VERIFY" in look(shops)["key"].found


def test_a_network_that_is_not_there_not_whole_or_of_two_parts(server, shops):
    ec2 = server.client("ec2")
    vpc_type = type(shops.config.vpc)
    subnet = ec2.describe_subnets()["Subnets"][0]
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    stranger = ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=other)["GroupId"]

    configured(shops, vpc=vpc_type(subnets=("subnet-0a1b2c3d",), security_groups=(stranger,)))
    line = look(shops)["network"]
    assert (line.state, "subnet-0a1b2c3d: not in us-west-2" in line.found) == ("fail", True)
    configured(shops, vpc=vpc_type(subnets=(subnet["SubnetId"],)))
    assert look(shops)["network"].found == "A network needs subnets and security groups"
    configured(shops, vpc=vpc_type(subnets=(subnet["SubnetId"],), security_groups=(stranger,)))
    assert "more than one VPC" in look(shops)["network"].found


def test_a_role_that_may_not_use_the_network_or_the_key_and_the_command_that_lets_it(server, shops):
    subnet = server.client("ec2").describe_subnets()["Subnets"][0]
    groups = server.client("ec2").describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [subnet["VpcId"]]}])
    vpc = type(shops.config.vpc)((subnet["SubnetId"],), (groups["SecurityGroups"][0]["GroupId"],))
    key = server.client("kms").create_key()["KeyMetadata"]["Arn"]
    configured(shops, role=role_with(server, "Storage", "s3:*"), vpc=vpc, kms_key=key)
    found = look(shops)
    assert (found["network"].state, found["key"].state) == ("fail", "unknown")  # the key's own policy may allow it
    assert "ec2:CreateNetworkInterface" in found["network"].found
    runs(server, found["network"].command)
    found = look(shops)
    assert (found["network"].state, found["key"].state) == ("pass", "pass")


def test_a_key_by_its_alias_is_the_key_in_every_policy(server, shops):
    kms = server.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/models", TargetKeyId=key["KeyId"])
    configured(shops, kms_key="alias/models", role=role_with(server, "Aliased", "s3:*"))
    line = look(shops)["key"]
    assert line.state == "unknown"
    assert line.policy["Statement"][-1]["Resource"] == [key["Arn"]]
    assert project_policies(shops).permissions["Statement"][-1]["Resource"] == [key["Arn"]]
