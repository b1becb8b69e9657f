"""Preflight against the rehearsal: each line passing and failing, and unknown only where AWS does not tell."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from rehearsed import BUCKET, NOVA, REGION, ROLE, Rehearsed, conversation_set
from shop_exports import exported

from core.aws import identity, s3
from core.aws.session import connect_rehearsal
from core.catalog.model import Lifecycle
from core.formatting import upload
from core.rehearsal.world import JOBS_AT_ONCE
from core.tuning import preflight, submission
from core.tuning.iam import project_policies
from core.tuning.preflight import Line
from core.tuning.preflight.run import CHECKS, MAY_BE_UNKNOWN

EAST = "us-east-1"
ACCOUNT = "123456789012"
USER = "rehearser"
HOUR = 3600.0
PATTERNS_ALLOW = 256  # characters of a tag's value


@pytest.fixture(scope="module")
def server(start_rehearsal) -> Rehearsed:
    """A server of our own, for what is done to its user and its role is felt by all."""
    return start_rehearsal(pace=HOUR)


@pytest.fixture(scope="module")
def present_day(start_rehearsal) -> Rehearsed:
    """A server on which Claude 3 Haiku has reached its end of life."""
    return start_rehearsal(as_of="today")


@pytest.fixture
def shops(server, project):
    """A project that could be submitted."""
    return project(server.connection())


def configured(workspace, **changes):
    workspace.config = msgspec.structs.replace(workspace.config, **changes)


def look(workspace, export=None) -> dict[str, Line]:
    """Every line, by name; none unknown that may not be."""
    found = preflight.run(workspace, *(export or exported(workspace)))
    assert {line.name for line in found.lines if line.state == "unknown"} <= MAY_BE_UNKNOWN
    assert all(line.todo for line in found.lines if line.state == "unknown")
    return {line.name: line for line in found.lines}


def role_with(server, name: str, *actions: str, region: str = REGION) -> str:
    """A role that Bedrock may assume in a region, and what it may do."""
    connection = server.connection()
    arn = identity.create_role(connection, name, identity.bedrock_trust(ACCOUNT, region))
    if actions:
        identity.allow_role(connection, name, "Some", allowing(*actions))
    return arn


def allowing(*actions: str) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


@contextmanager
def caller_may(server, *actions: str) -> Iterator[None]:
    """Within, whoever calls may do no more than this."""
    iam = server.client("iam")
    policy = {"UserName": USER, "PolicyName": "Everything"}
    iam.put_user_policy(**policy, PolicyDocument=json.dumps(allowing(*actions)))
    try:
        yield
    finally:
        iam.put_user_policy(**policy, PolicyDocument=json.dumps(allowing("*")))


def runs(server, command: str) -> dict[str, object]:
    """What an AWS CLI command would send to IAM, sent."""
    words = shlex.split(command)
    assert words[0] == "aws"
    options = dict(zip(words[3::2], words[4::2], strict=True))
    assert options.pop("--region") == REGION
    sent = {"".join(part.capitalize() for part in name[2:].split("-")): value for name, value in options.items()}
    return getattr(server.client(words[1]), words[2].replace("-", "_"))(**sent)


# All of them


def test_every_line_passes_for_a_project_with_all_that_a_submit_needs(start_rehearsal, project):
    server = start_rehearsal()
    server.client("organizations").create_organization(FeatureSet="ALL")
    key = server.client("kms").create_key()["KeyMetadata"]["Arn"]
    subnet = server.client("ec2").describe_subnets()["Subnets"][0]
    group = server.client("ec2").describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [subnet["VpcId"]]}])[
        "SecurityGroups"
    ][0]["GroupId"]
    shops = project(server.connection(), kms_key=key)
    configured(
        shops,
        vpc=msgspec.convert({"subnets": [subnet["SubnetId"]], "security_groups": [group]}, type(shops.config.vpc)),
    )

    found = look(shops)
    assert {name: line.found for name, line in found.items() if line.state != "pass"} == {}
    assert list(found) == [check.name for check in CHECKS]

    submission.submit(shops, submission.prepare(shops, *exported(shops)))  # and Bedrock agrees
    assert "submitted already" in look(shops)["free"].found


def test_a_key_and_a_network_are_looked_at_only_where_they_are_set(shops):
    assert {"key", "network"} & set(look(shops)) == set()


def test_a_failing_line_says_what_helps(shops):
    configured(shops, bucket="nowhere-at-all", role="")
    failing = [line for line in look(shops).values() if line.state == "fail"]
    assert failing
    assert all(line.todo or "no role to ask about" in line.found for line in failing)


# The account


def test_without_credentials_nothing_else_is_asked_of_aws(server, project):
    stranger = connect_rehearsal(msgspec.structs.replace(server.endpoints, access_key="STRANGER"))
    found = look(project(stranger))
    assert found["credentials"].state == "fail"
    assert "does not accept these credentials" in found["credentials"].found
    assert found["credentials"].todo
    asking = {check.name for check in CHECKS if check.asks} - {"credentials", "key", "network"}
    assert {found[name].found for name in asking} == {"not asked: there is no way to AWS"}
    assert {found[name].state for name in ("records", "tokens", "check", "values", "names")} == {"pass"}


def test_a_region_where_the_catalogue_knows_the_model_is_not_tuned(server, project):
    line = look(project(server.connection_in(EAST), region=EAST))["region"]
    assert (line.state, line.found) == ("fail", "Claude 3 Haiku cannot be tuned in us-east-1")
    assert "us-west-2" in line.todo


def test_a_region_that_does_not_list_the_model_whatever_the_catalogue_says(server, project):
    shops = project(server.connection_in(EAST), region=EAST)
    haiku = shops.catalog.get("claude-3-haiku")
    tuned = msgspec.structs.replace(haiku.tuning, regions=(EAST,))
    shops.catalog = type(shops.catalog)((msgspec.structs.replace(haiku, tuning=tuned),))
    line = look(shops)["region"]
    assert (line.state, line.command) == (
        "fail",
        "aws bedrock list-foundation-models --by-customization-type FINE_TUNING --region us-east-1",
    )


def test_a_model_at_its_end_of_life_by_the_catalogue(server, project):
    shops = project(server.connection())
    configured(shops, rehearsal=msgspec.structs.replace(shops.config.rehearsal, as_of="2026-09-10"))
    line = look(shops)["lifecycle"]
    assert line.state == "fail"
    assert "reached its end of life on 2026-09-10" in line.found
    assert line.todo.startswith("Tune ")


def test_a_model_that_the_region_no_longer_lists_whatever_the_catalogue_says(present_day, project):
    shops = project(present_day.connection())
    models = tuple(msgspec.structs.replace(each, lifecycle=Lifecycle()) for each in shops.catalog.models)
    shops.catalog = type(shops.catalog)(models)
    line = look(shops)["lifecycle"]
    assert (line.state, line.found) == ("fail", "us-west-2 no longer lists Claude 3 Haiku")


def test_a_legacy_model_passes_with_a_warning(start_rehearsal, project):
    shops = project(start_rehearsal(as_of="2026-04-01").connection())
    configured(shops, rehearsal=msgspec.structs.replace(shops.config.rehearsal, as_of="2026-04-01"))
    line = look(shops)["lifecycle"]
    assert line.state == "pass"
    assert line.found.startswith("legacy, ends 2026-09-10")


def test_a_model_that_the_account_has_not_been_given(present_day, project):
    line = look(project(present_day.connection()))["access"]
    assert line.state == "fail"
    assert "not entitled" in line.found
    assert "get-foundation-model-availability" in line.command


def test_model_access_is_unknown_where_bedrock_does_not_say(start_rehearsal, project):
    server = start_rehearsal(faults=[{"operation": "GetFoundationModelAvailability", "answer": "access-denied"}])
    assert look(project(server.connection()))["access"].state == "unknown"


def test_the_quota_of_jobs_at_once(server, project):
    data = server.put("quota/train.jsonl", conversation_set(2), f"outcrop-rehearsal-{EAST}")
    shops = project(server.connection_in(EAST), region=EAST, bucket=f"outcrop-rehearsal-{EAST}", model="nova-micro")
    assert look(shops)["quota"].found == f"none of {JOBS_AT_ONCE} at once under way"
    for number in range(JOBS_AT_ONCE):
        server.client("bedrock", EAST).create_model_customization_job(
            jobName=f"busy-{number}",
            customModelName=f"busy-{number}",
            roleArn=ROLE,
            baseModelIdentifier=NOVA,
            trainingDataConfig={"s3Uri": data},
            outputDataConfig={"s3Uri": f"s3://outcrop-rehearsal-{EAST}/quota/"},
        )
    line = look(shops)["quota"]
    assert (line.state, line.found) == ("fail", f"{JOBS_AT_ONCE} jobs of {JOBS_AT_ONCE} at once under way")
    assert "--quota-code L-0406044C" in line.command


# Rights


def test_a_service_control_policy_that_denies_jobs(start_rehearsal, project):
    server = start_rehearsal()
    shops = project(server.connection())
    assert look(shops)["organisation"].state == "unknown"  # no organisation, so nothing is said
    organizations = server.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    assert look(shops)["organisation"].state == "pass"
    denial = {"Statement": [{"Effect": "Deny", "Action": "bedrock:Create*", "Resource": "*"}]}
    policy = organizations.create_policy(
        Name="NoJobs", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(denial)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=ACCOUNT)
    found = look(shops)
    assert (found["organisation"].state, found["start jobs"].state) == ("fail", "fail")
    assert "bedrock:CreateModelCustomizationJob" in found["organisation"].found


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


# Data


@pytest.mark.parametrize(
    ("bucket", "found"),
    [
        ("", "No bucket is set"),
        ("no-such-bucket-at-all", "There is no bucket named no-such-bucket-at-all"),
        (f"outcrop-rehearsal-{EAST}", f"outcrop-rehearsal-{EAST} is in us-east-1, the job would run in us-west-2"),
    ],
)
def test_a_bucket_that_a_job_cannot_use(shops, bucket, found):
    configured(shops, bucket=bucket)
    line = look(shops)["bucket"]
    assert (line.state, line.found) == ("fail", found)
    assert line.todo


def test_the_command_for_a_missing_bucket_makes_it_in_the_right_region(shops):
    configured(shops, bucket="one-of-ones-own")
    assert look(shops)["bucket"].command == "aws s3 mb s3://one-of-ones-own --region us-west-2"
    s3.create_bucket(shops.connection, "one-of-ones-own")
    assert look(shops)["bucket"].state == "pass"


def test_files_are_ready_here_or_there_in_s3(shops):
    export, folder = exported(shops, train=35)
    assert look(shops, (export, folder))["files"].found.count("uploaded by the submit") == 2
    upload.upload(shops.connection, folder, export, BUCKET, "shops")
    (folder / "train.jsonl").unlink()
    line = look(shops, (export, folder))["files"]
    assert (line.state, line.found) == ("pass", "training in S3; validation in S3")


def test_a_file_that_is_not_there(shops):
    export, folder = exported(shops, train=33)
    (folder / "train.jsonl").unlink()
    found = look(shops, (export, folder))
    assert "training file is not there" in found["files"].found
    assert (found["files"].state, found["check"].state) == ("fail", "fail")


def test_a_file_that_somebody_has_changed_since_it_was_exported(shops):
    export, folder = exported(shops, train=34)
    (folder / "validation.jsonl").write_text("{}\n")
    line = look(shops, (export, folder))["files"]
    assert line.state == "fail"
    assert "validation file is not the one that was exported" in line.found


@pytest.mark.parametrize(
    ("train", "validation", "said"),
    [
        (31, 32, "training: 31 records, fewer than the 32"),
        (32, 31, "validation: 31 records, fewer than the 32"),
        (9990, 32, "training and validation: 10,022 records, more than the 10,000"),
    ],
)
def test_fewer_or_more_records_than_the_model_takes(shops, train, validation, said):
    line = look(shops, exported(shops, train, validation))["records"]
    assert line.state == "fail"
    assert said in line.found


def test_a_record_of_more_tokens_than_the_model_reads(shops):
    line = look(shops, exported(shops, text="word " * 40_000))["tokens"]
    assert line.state == "fail"
    assert "training: 32 lines too-long" in line.found


def test_a_record_that_may_be_too_long_is_said_and_passes(shops):
    line = look(shops, exported(shops, text="word " * 25_000))["tokens"]
    assert line.state == "pass"
    assert "may be more than 32,000 tokens" in line.found


def test_records_that_outcrop_check_finds_an_error_in(shops):
    line = look(shops, exported(shops, text="first\nHuman: second"))["check"]
    assert line.state == "fail"
    assert "training: 32 lines reserved-keyword" in line.found
    assert line.todo.startswith("See them with: outcrop check ")


def test_a_hyperparameter_out_of_its_range(shops):
    configured(shops, hyperparameters={"batchSize": 3})
    line = look(shops)["values"]
    assert (line.state, line.found, line.todo) == ("fail", "batchSize cannot be 3", "Give 4 to 256")


def test_a_tag_that_aws_would_refuse(shops):
    configured(shops, tags={"team": "x" * (PATTERNS_ALLOW + 1)})
    line = look(shops)["names"]
    assert line.state == "fail"
    assert "jobTags[1].value" in line.found


def test_a_job_of_that_name_which_is_not_this_submission(server, project):
    shops = project(server.connection(), name="taken")
    export = exported(shops)
    planned = submission.prepare(shops, *export)
    server.client("bedrock").create_model_customization_job(
        **server.request(planned.request.name, model_name="another").parameters("token-taken")
    )
    line = look(shops, export)["free"]
    assert (line.state, line.found) == ("fail", f"There is a job named {planned.request.name}")


def test_a_model_of_that_name(start_rehearsal, project):
    server = start_rehearsal()
    shops = project(server.connection(), name="modelled")
    export = exported(shops)
    planned = submission.prepare(shops, *export)
    server.tuned("other-job", model_name=planned.request.model_name)
    line = look(shops, export)["free"]
    assert (line.state, line.found) == ("fail", f"There is a model named {planned.request.model_name}")
    assert "delete-custom-model" in line.command


# A key and a network of one's own


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
