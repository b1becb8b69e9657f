"""Preflight against the rehearsal: all of its lines, and those about the account, passing and failing."""

import msgspec
from preflight_looks import EAST, configured, look
from rehearsed import NOVA, ROLE, conversation_set
from shop_exports import exported

from core.aws.session import connect_rehearsal
from core.catalog.model import Lifecycle
from core.rehearsal.world import JOBS_AT_ONCE
from core.tuning import submission
from core.tuning.preflight.checks import CHECKS


def test_every_line_passes_for_a_project_with_all_that_a_submit_needs(organised, project):
    server = organised
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


def test_without_credentials_nothing_else_is_asked_of_aws(server, project):
    stranger = connect_rehearsal(msgspec.structs.replace(server.endpoints, access_key="STRANGER"))
    found = look(project(stranger))
    assert found["credentials"].state == "fail"
    assert "does not accept these credentials" in found["credentials"].found
    assert found["credentials"].todo
    asking = {check.name for check in CHECKS if check.needs} - {"key", "network"}
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
