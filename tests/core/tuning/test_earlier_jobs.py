"""Earlier jobs: what a new one differs in, and taking one's parameters over."""

import itertools

import msgspec
import pytest
from rehearsed import NOVA, Rehearsed, conversation_set
from shop_exports import exported

from core import config
from core.aws import customization
from core.config import Vpc
from core.errors import RefusedError
from core.training import jobs, planned
from core.tuning import earlier, submission

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def server(start_rehearsal) -> Rehearsed:
    return start_rehearsal()


@pytest.fixture
def shops(server, project):
    """A project that has submitted a job with a key, tags and a batch size; its parameters are others now."""
    workspace = project(server.connection(), name=f"earlier-{next(NUMBERS)}")
    key = "arn:aws:kms:us-west-2:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
    workspace.config = msgspec.structs.replace(
        workspace.config, hyperparameters={"batchSize": 8.0}, kms_key=key, tags={"team": "ml"}
    )
    config.write_new(workspace.folder / config.FILE, workspace.config)
    submission.submit(workspace, submission.prepare(workspace, *exported(workspace)))
    workspace.change_config(kms_key=None, tags=None, hyperparameters={"epochCount": 4})
    return workspace


def test_every_difference_is_named_and_nothing_else(shops):
    export, _ = exported(shops, train=40)
    (job,) = earlier.earlier_jobs(shops)
    assert {name: (then, now) for name, then, now in earlier.differences(shops, export, job)} == {
        "epochCount": ("2", "4"),
        "batchSize": ("8", "32"),
        "training": ("32 records", "40 records"),
        "validation": ("32 records", "32 records, others"),
        "key": (job.kms_key, "Bedrock's own"),
        "tags": ("team=ml", "none"),
    }


def test_a_clone_differs_in_nothing_and_a_submit_of_it_is_the_same_job(shops):
    (job,) = earlier.earlier_jobs(shops)
    earlier.clone(shops, job)
    export, folder = exported(shops)
    assert earlier.differences(shops, export, job) == []
    assert config.read(shops.folder / config.FILE).tags == {"team": "ml"}
    again = submission.submit(shops, submission.prepare(shops, export, folder))
    assert (again.arn, again.already) == (job.arn, True)


def test_the_key_the_network_and_the_tags_reach_the_job(server, project):
    vpc = Vpc(("subnet-0a1b2c3d",), ("sg-0a1b2c3d",))
    workspace = project(server.connection(), name="guarded", vpc=vpc, tags={"team": "ml"})
    arn = submission.submit(workspace, submission.prepare(workspace, *exported(workspace))).arn
    bedrock = server.client("bedrock")
    sent = bedrock.get_model_customization_job(jobIdentifier=arn)
    assert sent["vpcConfig"] == {"subnetIds": ["subnet-0a1b2c3d"], "securityGroupIds": ["sg-0a1b2c3d"]}
    assert {"key": "team", "value": "ml"} in bedrock.list_tags_for_resource(resourceARN=arn)["tags"]


def test_a_job_made_elsewhere_is_compared_and_cloned_as_far_as_it_is_known(server, shops):
    bucket = "outcrop-rehearsal-us-east-1"
    data = server.put("elsewhere/train.jsonl", conversation_set(40), bucket)
    east = server.connection_in("us-east-1")
    request = server.request(
        "elsewhere",
        base_model=NOVA,
        training_uri=data,
        output_uri=f"s3://{bucket}/elsewhere/",
        hyperparameters={"epochCount": "3"},
    )
    arn = customization.create_job(east, request, "token-elsewhere")
    found = earlier.earlier_jobs(shops, {arn: customization.get_job(east, arn)})
    foreign = next(each for each in found if each.arn == arn)
    assert (foreign.model, foreign.values, foreign.export) == ("nova-micro", {"epochCount": 3.0}, None)
    earlier.clone(shops, foreign)
    settings = config.read(shops.folder / config.FILE)
    assert (settings.model, settings.region, settings.hyperparameters) == (
        "nova-micro",
        "us-east-1",
        {"epochCount": 3},
    )


def test_a_job_of_an_unknown_model_cannot_be_cloned(shops):
    (job,) = earlier.earlier_jobs(shops)
    with pytest.raises(RefusedError, match="does not know what"):
        earlier.clone(shops, msgspec.structs.replace(job, model=""))


def test_how_long_a_job_will_take_is_told_by_ones_own_jobs_alone(server, project):
    workspace = project(server.connection(), name="timed")
    export = exported(workspace)
    plan = submission.prepare(workspace, *export)
    assert planned.expected_duration(workspace, plan, jobs.poll(workspace)) is None
    arn = submission.submit(workspace, plan).arn
    while customization.get_job(workspace.connection, arn).running:
        workspace.clock.wait(0.02)
    found = planned.expected_duration(workspace, plan, jobs.poll(workspace))
    job = customization.get_job(workspace.connection, arn)
    assert found is not None
    assert (found.jobs, found.median) == (1, job.ended - job.created)
    assert planned.expected_duration(workspace, plan) == found  # and from what is kept, without asking
