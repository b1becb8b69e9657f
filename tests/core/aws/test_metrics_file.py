"""Metrics files in every layout that has been met; columns are found by name."""

import math

import pytest

from core.aws.metrics_file import parse, render
from core.errors import InputError
from core.records.metric_point import MetricPoint

POINTS = (
    MetricPoint(0, 0, 2.0, math.exp(2.0)),
    MetricPoint(1, 0, 1.5, math.exp(1.5)),
    MetricPoint(2, 1, 1.0, math.e),
)


@pytest.mark.parametrize("loss", ["training_loss", "validation_loss"])
def test_what_is_written_is_read_back_to_the_last_digit(loss):
    assert parse(render(POINTS, loss).decode()) == POINTS


def test_without_a_perplexity_it_is_the_exponential_of_the_loss():
    (point,) = parse("step_number,epoch_number,training_loss\n3,1,0.5\n")
    assert point == MetricPoint(3, 1, 0.5, math.exp(0.5))


def test_steps_that_count_from_1_stay_as_they_are():
    points = parse("step_number,epoch_number,training_loss\n1,1,2.0\n2,1,1.0\n")
    assert [(point.step, point.epoch) for point in points] == [(1, 1), (2, 1)]


def test_several_rows_of_a_step_are_averaged():
    (point,) = parse("step_number,epoch_number,training_loss,perplexity\n4,0,1.0,2.0\n4,0,3.0,6.0\n")
    assert point == MetricPoint(4, 0, 2.0, 4.0)


@pytest.mark.parametrize("last", ["2", "2,", "2,1", "2,1,", "2,1,1", "2,1,1.0"])
def test_a_truncated_last_line_is_left_out(last):
    *whole, _ = render(POINTS, "training_loss").decode().splitlines()
    assert parse("\n".join([*whole, last])) == POINTS[:2]


def test_columns_may_stand_in_any_order_with_spaces_around_their_names():
    (point,) = parse("training_loss , step_number, epoch_number\n0.5,7,2\n")
    assert (point.step, point.epoch, point.loss) == (7, 2, 0.5)


def test_points_come_in_the_order_of_their_steps():
    points = parse("step_number,epoch_number,training_loss\n2,0,1\n0,0,3\n1,0,2\n")
    assert [point.step for point in points] == [0, 1, 2]


@pytest.mark.parametrize("line", ["inf,0,1.0,2.7", "nan,0,1.0,2.7", "2,one,1.0,2.7", "2,1,,"])
def test_a_line_that_holds_no_numbers_does_no_harm(line):
    text = render(POINTS, "training_loss").decode() + line + "\n"
    assert parse(text) == POINTS


@pytest.mark.parametrize("text", ["", "step_number,epoch_number\n0,0\n", "<html>not found</html>\n", "x" * 200_000])
def test_a_file_without_a_loss_column_is_refused_by_its_name(text):
    with pytest.raises(InputError, match="This is not a metrics file") as caught:
        parse(text, "s3://bucket/metrics.csv")
    assert caught.value.where.path == "s3://bucket/metrics.csv"


def test_a_header_alone_has_no_points():
    assert parse("step_number,epoch_number,training_loss,perplexity\n") == ()


def test_a_loss_that_is_not_a_number_is_kept_as_one():
    points = parse("step_number,epoch_number,training_loss\n1,1,nan\n2,1,N/A\n3,1,inf\n4,1,0.3\n")
    assert [point.step for point in points] == [1, 2, 3, 4]
    assert [math.isnan(point.loss) for point in points] == [True, True, False, False]
    assert [math.isnan(point.perplexity) for point in points] == [True, True, False, False]
    assert points[2] == MetricPoint(3, 1, math.inf, math.inf)


def test_a_perplexity_that_is_not_given_is_the_exponential_of_the_loss():
    points = parse("step_number,epoch_number,training_loss,perplexity\n1,1,0.5,N/A\n2,1,0.4,N/A\n")
    assert points == (MetricPoint(1, 1, 0.5, math.exp(0.5)), MetricPoint(2, 1, 0.4, math.exp(0.4)))


def test_a_byte_order_mark_is_no_part_of_a_name():
    points = parse("\ufeffstep_number,epoch_number,training_loss\n10,1,0.5\n20,1,0.4\n")
    assert [point.step for point in points] == [10, 20]


@pytest.mark.parametrize(("loss", "first"), [("training_loss", 0.2), ("validation_loss", 0.9)])
def test_of_two_losses_in_one_file_the_one_asked_for_is_read(loss, first):
    text = "step_number,epoch_number,validation_loss,training_loss\n1,1,0.9,0.2\n2,1,0.8,0.18\n"
    assert parse(text, loss=loss)[0].loss == first
