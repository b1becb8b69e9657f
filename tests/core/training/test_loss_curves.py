"""Loss curves from the files that a job leaves in S3, wherever below its folder they stand."""

import json
import math

import msgspec
import pytest
from rehearsed import BUCKET, Rehearsed

from core.aws import s3
from core.aws.customization import Job
from core.clock import ManualClock
from core.errors import InputError
from core.records.metric_point import MetricPoint
from core.training import loss_curves
from core.training.loss_curves import Curves

TRAINING = b"step_number,epoch_number,training_loss,perplexity\n0,0,2.0,7.4\n1,0,1.0,2.7\n"
VALIDATION = b"step_number,epoch_number,validation_loss,perplexity\n1,0,1.5,4.5\n"


def job(name: str) -> Job:
    """A completed job whose results lie below a prefix of that name."""
    arn = f"arn:aws:bedrock:us-west-2:123456789012:model-customization-job/x/{name}"
    return Job(arn, name, "Completed", "base", ManualClock().now(), output_uri=f"s3://{BUCKET}/{name}/results/")


def put(rehearsal: Rehearsed, name: str, path: str, body: bytes) -> None:
    key = f"{name}/results/model-customization-job-{name}/{path}"
    s3.write(rehearsal.connection(), s3.S3Uri(BUCKET, key), body)


@pytest.mark.parametrize(
    "folder",
    [
        "validation_artifacts/post_fine_tuning_validation/validation/",
        "validation_artifacts/post_fine_tuning_validation/",
        "validation_artifacts/",
    ],
)
def test_both_curves_are_found_in_every_layout_that_exists(rehearsal, folder):
    name = f"curves{folder.count('/')}"
    put(rehearsal, name, "training_artifacts/step_wise_training_metrics.csv", TRAINING)
    put(rehearsal, name, f"{folder}validation_metrics.csv", VALIDATION)
    found = loss_curves.read(rehearsal.connection(), job(name))
    assert [(point.step, point.loss) for point in found.training] == [(0, 2.0), (1, 1.0)]
    assert [(point.step, point.loss) for point in found.validation] == [(1, 1.5)]


def test_another_jobs_files_are_left_alone(rehearsal):
    put(rehearsal, "mine", "training_artifacts/step_wise_training_metrics.csv", TRAINING)
    s3.write(
        rehearsal.connection(),
        s3.S3Uri(BUCKET, "mine/results/model-customization-job-mine2/x/step_wise_training_metrics.csv"),
        b"step_number,training_loss\n9,9\n",
    )
    assert len(loss_curves.read(rehearsal.connection(), job("mine")).training) == 2


def test_before_the_files_are_there_the_curves_are_empty(rehearsal):
    assert loss_curves.read(rehearsal.connection(), job("early")) == Curves()
    nowhere = msgspec.structs.replace(job("early"), output_uri="")
    assert loss_curves.read(rehearsal.connection(), nowhere) == Curves()


def test_a_file_that_breaks_off_gives_what_is_there(rehearsal):
    put(rehearsal, "cut", "training_artifacts/step_wise_training_metrics.csv", TRAINING[:-4])
    found = loss_curves.read(rehearsal.connection(), job("cut")).training
    assert (found[0].step, found[0].loss) == (0, 2.0)


def test_a_file_that_is_none_is_named(rehearsal):
    body = json.dumps({"no": "csv"}).encode()
    put(rehearsal, "odd", "training_artifacts/step_wise_training_metrics.csv", body)
    with pytest.raises(InputError, match="not a metrics file") as caught:
        loss_curves.read(rehearsal.connection(), job("odd"))
    assert "model-customization-job-odd" in caught.value.where.path


def test_of_two_copies_of_a_file_the_fuller_one_counts(rehearsal):
    put(rehearsal, "copies", "a/step_wise_training_metrics.csv", TRAINING)
    put(rehearsal, "copies", "b/step_wise_training_metrics.csv", TRAINING + b"2,1,0.5,1.6\n")
    assert len(loss_curves.read(rehearsal.connection(), job("copies")).training) == 3


POINTS = tuple(
    MetricPoint(step, step // 4, loss, math.exp(loss)) for step, loss in enumerate([4, 2, 3, 1, 2, 0, 1, 1])
)


def test_a_curve_is_drawn_by_step_or_with_one_mean_an_epoch():
    by_step = loss_curves.curve(POINTS, "loss", "step")
    assert (by_step.at, by_step.values) == (tuple(range(8)), (4, 2, 3, 1, 2, 0, 1, 1))
    by_epoch = loss_curves.curve(POINTS, "loss", "epoch")
    assert (by_epoch.at, by_epoch.values) == ((0, 1), (2.5, 1.0))
    assert loss_curves.curve(POINTS, "perplexity", "step").values[0] == pytest.approx(math.e**4)


def test_smoothing_takes_the_mean_of_the_steps_around_and_of_fewer_at_the_ends():
    smooth = loss_curves.curve(POINTS, "loss", "step", 3).values
    assert smooth == pytest.approx((3, 3, 2, 2, 1, 1, 2 / 3, 1))
    assert loss_curves.curve((), "loss", "step", 5).values == ()


def test_smoothing_leaves_out_what_is_not_finite_and_keeps_its_gap():
    nan, inf = math.nan, math.inf
    points = tuple(MetricPoint(at, at // 3, loss, loss) for at, loss in enumerate([1, nan, 3, inf, -inf, inf]))
    smooth = loss_curves.curve(points, "loss", "step", 3).values
    assert smooth[::2] == pytest.approx((1, 3, nan), nan_ok=True)
    assert math.isnan(smooth[1])
    assert loss_curves.curve(points, "loss", "epoch").values == pytest.approx((2, nan), nan_ok=True)


def test_a_file_of_rewards_does_not_hide_the_validation_loss(rehearsal):
    rewards = b"step_number,epoch_number,train_reward_mean,policy_entropy\n1,1,0.2,0.5\n"
    put(rehearsal, "rewards", "training_artifacts/step_wise_training_metrics.csv", rewards)
    put(rehearsal, "rewards", "validation_artifacts/validation_metrics.csv", VALIDATION)
    found = loss_curves.read(rehearsal.connection(), job("rewards"))
    assert (found.training, len(found.validation)) == ((), 1)
