"""The rehearsed account: its user, its role, policies that count when a job is created, and what a kill leaves."""

import json

import pytest
from rehearsed import BUCKET, REGION, Rehearsed, refuses

from core.aws import identity, permissions
from core.aws.errors import AwsError

ACCOUNT = "123456789012"
ANA = f"arn:aws:iam::{ACCOUNT}:user/ana"


@pytest.fixture(scope="module")
def server(start_rehearsal) -> Rehearsed:
    return start_rehearsal()


def document(effect: str, *actions: str) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": actions, "Resource": "*"}]}
    )


def may(server: Rehearsed, principal: str, action: str) -> bool:
    (found,) = permissions.simulate(server.connection(), principal, [action], ["*"])
    return found.allowed


def role(server: Rehearsed, name: str, region: str = REGION, *actions: str) -> str:
    connection = server.connection()
    arn = identity.create_role(connection, name, identity.bedrock_trust(ACCOUNT, region))
    if actions:
        identity.allow_role(connection, name, "Some", json.loads(document("Allow", *actions)))
    return arn


def test_whoever_has_its_key_is_one_user_who_may_do_everything(server):
    caller = permissions.caller(server.connection())
    assert (caller.account, caller.arn) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/rehearser")
    assert may(server, caller.arn, "bedrock:CreateModelCustomizationJob")


def test_policies_of_a_user_of_its_groups_and_attached_ones_count_and_a_denial_most(server):
    iam = server.client("iam")
    iam.create_user(UserName="ana")
    assert not may(server, ANA, "s3:GetObject")
    iam.create_group(GroupName="readers")
    iam.put_group_policy(GroupName="readers", PolicyName="Read", PolicyDocument=document("Allow", "s3:Get*"))
    iam.add_user_to_group(GroupName="readers", UserName="ana")
    assert may(server, ANA, "s3:GetObject")
    attached = iam.create_policy(PolicyName="Write", PolicyDocument=document("Allow", "s3:Put*"))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ana", PolicyArn=attached)
    assert may(server, ANA, "s3:PutObject")
    iam.create_policy_version(PolicyArn=attached, PolicyDocument=document("Allow", "s3:List*"), SetAsDefault=True)
    assert not may(server, ANA, "s3:PutObject")
    iam.put_user_policy(UserName="ana", PolicyName="No", PolicyDocument=document("Deny", "s3:*"))
    assert not may(server, ANA, "s3:GetObject")


def test_a_principal_that_is_not_there_has_no_policies(server):
    with pytest.raises(AwsError) as caught:
        may(server, f"arn:aws:iam::{ACCOUNT}:user/nobody", "s3:GetObject")
    assert caught.value.code == "NoSuchEntity"


@pytest.mark.parametrize(
    ("name", "region", "actions", "said"),
    [
        ("Eastern", "us-east-1", ("s3:*",), "Could not assume provided IAM role"),
        ("Blind", REGION, ("s3:PutObject",), f"Could not validate GetObject permissions.*{BUCKET}"),
        ("Mute", REGION, ("s3:GetObject",), f"Could not validate PutObject permissions.*{BUCKET}"),
    ],
)
def test_a_role_that_may_not_is_refused_when_a_job_is_created(server, name, region, actions, said):
    request = server.request(name.lower(), role=role(server, name, region, *actions))
    with refuses(server.client("bedrock"), "ValidationException", 400, said):
        server.client("bedrock").create_model_customization_job(**request.parameters(f"token-{name}"))


def test_users_roles_and_their_policies_survive_a_kill(start_rehearsal):
    server = start_rehearsal()
    kept = role(server, "Kept", REGION, "s3:GetObject")
    server.client("iam").delete_user_policy(UserName="rehearser", PolicyName="Everything")
    server.client("iam").put_user_policy(
        UserName="rehearser", PolicyName="Some", PolicyDocument=document("Allow", "iam:*")
    )
    server.kill()
    server.start()
    assert may(server, kept, "s3:GetObject")
    assert not may(server, permissions.caller(server.connection()).arn, "bedrock:CreateModelCustomizationJob")


def test_the_quota_of_jobs_at_once_is_told(server):
    quotas = server.client("service-quotas")
    assert quotas.get_service_quota(ServiceCode="bedrock", QuotaCode="L-0406044C")["Quota"]["Value"] == 10
