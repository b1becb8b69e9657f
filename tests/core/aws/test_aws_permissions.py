"""Who may do what, quotas, keys, networks and access, as AWS itself answers: held against botocore's own model."""

from contextlib import contextmanager

import boto3
import pytest
from botocore.stub import Stubber

from core.aws import access, kms, network, permissions, quotas
from core.aws.errors import AwsError
from core.aws.location import Location
from core.aws.session import Connection

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/Tuner"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0a1b"


@pytest.fixture(scope="module")
def connection():
    return Connection(Location("aws", "us-east-1"), boto3.Session("key", "secret", region_name="us-east-1"))


@contextmanager
def answering(connection, service):
    with Stubber(connection.client(service)) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/ana", f"arn:aws:iam::{ACCOUNT}:user/ana"),
        (f"arn:aws:iam::{ACCOUNT}:root", None),
    ],
)
def test_a_user_decides_for_themselves_and_the_root_user_has_no_policies(connection, arn, principal):
    assert permissions.principal_of(connection, arn) == principal


def test_a_session_of_a_role_is_asked_about_by_the_roles_whole_arn(connection):
    role = {
        "Path": "/team/",
        "RoleName": "Tuner",
        "RoleId": "AROAEXAMPLEEXAMPLE123",
        "Arn": ROLE,
        "CreateDate": "2026-01-01T00:00:00Z",
    }
    with answering(connection, "iam") as iam:
        iam.add_response("get_role", {"Role": role}, {"RoleName": "Tuner"})
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Tuner/ana@example.com"
        assert permissions.principal_of(connection, session) == ROLE


def test_a_simulation_tells_each_action_and_what_the_organisation_says(connection):
    results = [
        {"EvalActionName": "iam:PassRole", "EvalResourceName": ROLE, "EvalDecision": "allowed"},
        {
            "EvalActionName": "bedrock:CreateModelCustomizationJob",
            "EvalResourceName": "*",
            "EvalDecision": "explicitDeny",
            "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
        },
    ]
    with answering(connection, "iam") as iam:
        iam.add_response("simulate_principal_policy", {"EvaluationResults": results})
        found = permissions.simulate(connection, ROLE, ["iam:PassRole"], [ROLE], {"iam:PassedToService": "x"})
    assert [(each.allowed, each.organisation) for each in found] == [(True, None), (False, False)]


def test_whoever_may_not_simulate_is_told_apart_from_other_failures(connection):
    with answering(connection, "iam") as iam:
        for code in ("AccessDenied", "NoSuchEntity"):
            iam.add_client_error("simulate_principal_policy", code, "no")
        refused = []
        for _ in range(2):
            with pytest.raises(AwsError) as caught:
                permissions.simulate(connection, ROLE, ["iam:PassRole"], [ROLE])
            refused.append(permissions.may_not_ask(caught.value))
    assert refused == [True, False]


def test_the_accounts_quota_then_awss_default_then_nobody_knows(connection):
    asked = {"ServiceCode": "bedrock", "QuotaCode": "L-0406044C"}
    with answering(connection, "service-quotas") as service:
        service.add_response("get_service_quota", {"Quota": {"Value": 3.0}}, asked)
        assert quotas.jobs_at_once(connection) == 3
        service.add_client_error("get_service_quota", "NoSuchResourceException")
        service.add_response("get_aws_default_service_quota", {"Quota": {"Value": 10.0}}, asked)
        assert quotas.jobs_at_once(connection) == 10
        service.add_client_error("get_service_quota", "AccessDeniedException")
        service.add_client_error("get_aws_default_service_quota", "AccessDeniedException")
        assert quotas.jobs_at_once(connection) is None


def test_a_key_as_kms_describes_it_and_one_that_is_not_there(connection):
    described = {"KeyId": "0a1b", "Arn": KEY, "KeyState": "PendingDeletion", "KeySpec": "SYMMETRIC_DEFAULT"}
    with answering(connection, "kms") as service:
        service.add_response("describe_key", {"KeyMetadata": described | {"KeyUsage": "ENCRYPT_DECRYPT"}})
        found = kms.describe_key(connection, KEY)
        service.add_client_error("describe_key", "NotFoundException")
        assert kms.describe_key(connection, "0a1b") is None
    assert found == kms.KmsKey(KEY, "PendingDeletion", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    assert found.region == "us-east-1"


def test_subnets_and_groups_that_are_not_there_are_left_out(connection):
    with answering(connection, "ec2") as service:
        service.add_response("describe_subnets", {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]})
        service.add_response("describe_security_groups", {"SecurityGroups": []})
        assert network.vpcs_of_subnets(connection, ["subnet-1", "subnet-2"]) == {"subnet-1": "vpc-1"}
        assert network.vpcs_of_groups(connection, ["sg-1"]) == {}


def test_everything_that_stands_between_an_account_and_a_model_is_named(connection):
    answer = {
        "modelId": "amazon.nova-micro-v1:0",
        "agreementAvailability": {"status": "PENDING"},
        "authorizationStatus": "NOT_AUTHORIZED",
        "entitlementAvailability": "NOT_AVAILABLE",
        "regionAvailability": "NOT_AVAILABLE",
    }
    with answering(connection, "bedrock") as service:
        service.add_response("get_foundation_model_availability", answer)
        assert len(access.model_access(connection, "amazon.nova-micro-v1:0").missing()) == 4
