"""`outcrop metrics`: whatever a job left in its metrics files, it is shown, and valid JSON."""

import json

import pytest
from screens import make_project

from core.aws import s3
from core.aws.metrics_file import TRAINING_FILE, VALIDATION_FILE


@pytest.fixture(scope="module")
def project(tmp_path_factory, start_rehearsal):
    """A project's folder, its rehearsal, and a job that has ended there; the tests write its metrics files anew."""
    folder = make_project(tmp_path_factory.mktemp("metrics") / "project")
    server = start_rehearsal(folder / ".outcrop" / "rehearsal", pace=0.0)
    return folder, server, server.tuned("tune")


@pytest.fixture
def metrics(project, outcrop, monkeypatch):
    """Runs the command on the job, whose metrics files hold some text."""
    folder, server, job = project

    def command(training, *options):
        place = s3.parse_uri(job.output_uri).below(f"model-customization-job-{job.id}")
        for uri in list(s3.listing(server.connection(), place)):
            if uri.key.endswith(TRAINING_FILE):
                s3.write(server.connection(), uri, training.encode())
            elif uri.key.endswith(VALIDATION_FILE):
                s3.write(server.connection(), uri, b"step_number,epoch_number,validation_loss\n")
        monkeypatch.chdir(folder)
        return outcrop("metrics", "tune", *options)

    return command


def test_what_is_not_a_number_is_null_for_scripts_and_named_for_people(metrics):
    text = "step_number,epoch_number,training_loss,perplexity\n1,1,nan,\n2,1,inf,inf\n3,1,N/A,N/A\n4,1,0.4,N/A\n"

    def strict(constant):
        raise AssertionError(f"{constant} is not JSON")

    told = json.loads(metrics(text, "--json").out, parse_constant=strict)
    assert [(point["step"], point["loss"]) for point in told["training"]] == [
        (1, None),
        (2, None),
        (3, None),
        (4, 0.4),
    ]
    assert [line.split() for line in metrics(text).out.splitlines()[1:]] == [
        ["training", "1", "1", "nan", "nan"],
        ["training", "2", "1", "inf", "inf"],
        ["training", "3", "1", "nan", "nan"],
        ["training", "4", "1", "0.4000", "1.4918"],
    ]


def test_a_mean_over_an_epoch_leaves_out_what_is_not_a_number(metrics):
    text = "step_number,epoch_number,training_loss\n1,1,nan\n2,1,0.4\n3,2,nan\n"
    rows = [line.split() for line in metrics(text, "--epochs").out.splitlines()[1:]]
    assert [row[:3] for row in rows] == [["training", "1", "0.4000"], ["training", "2", "nan"]]


def test_a_huge_loss_does_not_take_a_line(metrics):
    line = metrics("step_number,epoch_number,training_loss\n1,1,1e300\n").out.splitlines()[1]
    assert line.split() == ["training", "1", "1", "1.0000e+300", "inf"]
