"""`outcrop report` on a project that plain commands have taken through every stage."""

import csv
import io
import json
import shutil

import pytest

from core.rehearsal import process


@pytest.fixture(scope="module")
def written(travelled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    done = travelled.run("report", "-o", folder)
    assert done.code == 0, done.err
    assert done.out.split() == [str(folder / f"report.{form}") for form in ("md", "html", "csv", "json")]
    return folder


def test_the_report_has_the_scores_that_the_evaluation_printed(travelled, written):
    evaluated = travelled.said["evaluate"].json
    told = json.loads((written / "report.json").read_text())
    assert [model["scores"]["metrics"] for model in told["models"]] == [
        evaluated["base"]["metrics"],
        evaluated["tuned"]["metrics"],
    ]
    assert told["improvements"][0]["gain"] == evaluated["gain"]
    assert told["parts"]["openings"] == evaluated["openings"] == 2
    assert told["target"]["met"] is True


def test_the_report_names_the_job_its_parameters_and_its_losses(travelled, written):
    told = json.loads((written / "report.json").read_text())["training"]
    assert told["name"] == travelled.said["submit"].json["name"]
    assert told["hyperparameters"]["epochCount"] == "5"
    assert told["training"][0]["loss"] > told["training"][-1]["loss"]
    assert told["why_not"] == ""


def test_the_report_counts_what_cleaning_took_away(travelled, written):
    told = json.loads((written / "report.json").read_text())
    assert told["cleaning"]["excluded"] == travelled.said["export"].json["excluded"]
    assert told["cleaning"]["records"] == travelled.said["import"].json["records"]
    assert told["lineage"]["files"]["test"] == travelled.said["export"].json["files"]["test"]["sha256"]


def test_a_thousand_answers_cost_what_the_catalogue_says(travelled, written):
    base, tuned = json.loads((written / "report.json").read_text())["models"]
    expected = (base["cost"]["input_tokens"] * 0.25 + base["cost"]["output_tokens"] * 1.25) / 1000
    assert base["cost"]["thousand"] == pytest.approx(expected)
    assert (tuned["cost"]["by"], tuned["cost"]["thousand"], tuned["cost"]["hourly"]) == ("hour", None, None)


def test_one_format_goes_to_standard_output(travelled):
    done = travelled.run("report", "--format", "csv", travelled.said["submit"].json["name"])
    assert done.code == 0
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["location"] for row in rows} == {"REHEARSAL us-west-2"}


def test_without_an_evaluation_there_is_nothing_to_report(outcrop):
    outcrop("init")
    done = outcrop("report")
    assert (done.code, done.out) == (2, "")
    assert "outcrop evaluate" in done.err


def test_a_job_that_is_not_there_is_named(travelled):
    done = travelled.run("report", "nobody")
    assert done.code == 2
    assert "There is no evaluation of 'nobody'" in done.err


def test_a_report_without_the_job_says_what_is_missing_and_why(travelled, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(travelled.folder, folder, ignore=shutil.ignore_patterns("rehearsal"))
    done = travelled.run("--project", folder, "report", "--format", "json")
    process.stop(folder / ".outcrop" / "rehearsal")
    assert done.code == 0, done.err
    told = done.json
    assert told["training"]["hyperparameters"] == {}
    assert "not all here" in told["training"]["why_not"]
    assert told["training"]["why_not"] + "." in told["limits"]
    assert told["models"][1]["scores"]["metrics"] == travelled.said["evaluate"].json["tuned"]["metrics"]
