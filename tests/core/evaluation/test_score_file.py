import json
import subprocess
import sys
from itertools import islice

import msgspec
import pytest

from core.errors import CancelledError, InputError, OutcropError, UsageError
from core.evaluation import article, read_pairs, score, score_file, squad
from core.evaluation.metrics import named
from core.progress import Cancel

GOOD = '{"id": "a", "prediction": "in 2019", "reference": "2019"}\n'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "predictions.jsonl"


def values(result):
    """The means of a result, by metric and figure."""
    return {name: {figure: each.value for figure, each in figures.items()} for name, figures in result.scores.items()}


def test_the_result_has_counts_and_the_means_of_both_metrics(file):
    file.write_text(GOOD + '{"id": "b", "prediction": "2018", "reference": ["fiscal 2018", "2018"]}\n')
    result = score_file(file)
    f1 = pytest.approx((200 / 3 + 100) / 2)
    assert (result.n, result.groups) == (2, 0)
    assert values(result) == {
        "article": {"precision": 75.0, "recall": 100.0, "f1": f1},
        "squad": {"em": 50.0, "precision": 75.0, "recall": 100.0, "f1": f1},
    }


def test_any_metric_can_be_asked_for_and_goes_by_type_and_scale(file):
    file.write_text(
        '{"id": 1, "prediction": "about 14.07%", "reference": "14.07 percent", "type": "arithmetic"}\n'
        '{"id": 2, "prediction": "5,687 thousand", "reference": "5,687", "type": "span", "scale": "thousand"}\n'
        '{"id": 3, "prediction": "two", "reference": "2", "type": "count"}\n'
        '{"id": 4, "prediction": "2018 and 2019", "reference": "2019, 2018", "type": "multi-span"}\n'
    )
    found = values(score_file(file, metrics=named(["tatqa", "exact"])))
    assert found == {
        "tatqa": {"em": 75.0, "precision": 75.0, "recall": 75.0, "f1": 75.0, "unparsable": 25.0},
        "exact": {"match": 0.0},
    }


def test_records_with_groups_get_intervals_that_are_those_of_the_bootstrap(file):
    answers = [("2019" if n % 3 else "2018", f"table {n % 7}") for n in range(60)]
    lines = ({"id": n, "prediction": p, "reference": "2019", "group": g} for n, (p, g) in enumerate(answers))
    file.write_bytes(msgspec.json.Encoder().encode_lines(lines))
    result = score_file(file)
    expected = score([squad(p, "2019").f1 for p, _ in answers], [g for _, g in answers])
    assert result.groups == 7
    assert result.scores["squad"]["f1"] == expected


def test_one_group_gives_no_interval(file):
    file.write_text(GOOD.replace("}", ', "group": "only"}') * 3)
    result = score_file(file)
    assert (result.groups, result.scores["squad"]["f1"].low) == (1, None)


def test_labels_come_with_macro_f1_and_confusion(file):
    answers = [("Yes", "yes"), ("no.", "no"), ("no", "yes"), ("perhaps", "no")]
    lines = ({"id": n, "prediction": p, "reference": r} for n, (p, r) in enumerate(answers))
    file.write_bytes(msgspec.json.Encoder().encode_lines(lines))
    found = score_file(file, metrics=named(["classification"])).classification
    assert found.accuracy.value == 50.0
    assert [each.label for each in found.labels] == ["no", "yes"]
    assert found.confusion == ((1, 0, 1), (1, 1, 0))
    assert found.macro_f1.value == pytest.approx((50 + 200 / 3) / 2)


def test_per_record_scores_have_the_same_shape_with_the_id_in_the_order_of_the_file(file, tmp_path):
    file.write_text(GOOD + '{"id": 7, "prediction": "x", "reference": "2019"}\n')
    score_file(file, per_record=tmp_path / "scores.jsonl")
    first, second = map(json.loads, (tmp_path / "scores.jsonl").read_text().splitlines())
    assert first["id"] == "a"
    assert first["squad"] == {"em": 0.0, "precision": 50.0, "recall": 100.0, "f1": pytest.approx(200 / 3)}
    assert second == {
        "id": 7,
        "article": {"precision": 0.0, "recall": 0.0, "f1": 0.0},
        "squad": {"em": 0.0, "precision": 0.0, "recall": 0.0, "f1": 0.0},
    }


def test_a_large_file_scores_as_its_pairs_one_by_one(file, tmp_path):
    answers = ["the modified method", "(43)", "ein Maß “the”", "cat cat cat", "", "fiscal 2019\nand 2018"]
    pairs = [(answers[n % 6], answers[n % 5], n) for n in range(20_003)]
    lines = ({"id": n, "prediction": prediction, "reference": truth} for prediction, truth, n in pairs)
    file.write_bytes(msgspec.json.Encoder().encode_lines(lines))
    result = score_file(file, per_record=tmp_path / "scores.jsonl")
    assert result.n == len(pairs)
    assert result.value("article", "f1") == pytest.approx(
        sum(article(p, t).f1 for p, t, _ in pairs) / len(pairs), abs=1e-9
    )
    assert result.value("squad", "f1") == pytest.approx(
        sum(squad(p, t).f1 for p, t, _ in pairs) / len(pairs), abs=1e-9
    )
    assert [json.loads(line)["id"] for line in (tmp_path / "scores.jsonl").read_text().splitlines()] == list(
        range(len(pairs))
    )


def test_further_fields_blank_lines_and_repeated_ids_are_fine(file):
    file.write_text(GOOD + "\n  \r\n" + GOOD.replace('"id"', '"note": [1, {}], "id"').rstrip())
    assert score_file(file).n == 2


def test_pairs_are_read_as_a_stream(file):
    file.write_text(GOOD * 3 + "not json\n")
    assert len(list(islice(read_pairs(file), 3))) == 3


@pytest.mark.parametrize(
    ("line", "what", "why", "field"),
    [
        (b"hello\n", "not JSON", "invalid character", ""),
        (b'{"id": "b", "prediction": "x"}\n', "not a pair", "required field `reference`", ""),
        (b'{"id": "b", "prediction": 3, "reference": "x"}\n', "not a pair", "got `int`", "prediction"),
        (b'{"id": "b", "prediction": "x", "reference": ["x", 3]}\n', "not a pair", "got `int`", "reference[1]"),
        (b'{"id": "b", "prediction": "x", "reference": []}\n', "not a pair", "length >= 1", "reference"),
        (b'{"id": null, "prediction": "x", "reference": "x"}\n', "not a pair", "got `null`", "id"),
        (b'["b", "x", "x"]\n', "not a pair", "got `array`", ""),
        (b'{"id": "b", "prediction": "\\ud800", "reference": "x"}\n', "not JSON", "surrogate", ""),
        (b'{"id": "b", "prediction": "\xff", "reference": "x"}\n', "not UTF-8", "0xff", ""),
        (b'{"id": "b", "deep": ' + b"[" * 10_000 + b"]" * 10_000 + b"}\n", "not a pair", "nested", ""),
        (b'{"id": "b", "prediction": "x", "refer', "last line is cut off", "truncated", ""),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_what_to_do(file, line, what, why, field):
    file.write_bytes(GOOD.encode() * 2 + line)
    with pytest.raises(InputError) as caught:
        score_file(file)
    error = caught.value
    assert what in error.what
    assert why in error.why
    assert error.todo
    assert (error.where.path, error.where.line, error.where.field) == (str(file), 3, field)


@pytest.mark.parametrize(
    ("content", "what", "todo"),
    [
        (GOOD.encode("utf-16"), "not UTF-8", "iconv"),
        (GOOD.encode("utf-16-le"), "not UTF-8", "iconv"),
        (GOOD.encode("utf-16-be"), "not UTF-8", "iconv"),
        (GOOD.encode("utf-8-sig"), "byte order mark", "without"),
        (b"", "no pairs", "prediction"),
        (b"\n\n", "no pairs", "prediction"),
        (b'[\n{"id": "a"}\n]\n', "not a pair", "one JSON object"),
    ],
)
def test_a_file_that_is_something_else_is_refused(file, content, what, todo):
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        score_file(file)
    assert what in caught.value.what
    assert todo in caught.value.todo


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path, what in ((tmp_path / "none.jsonl", "is not there"), (tmp_path, "is a folder")):
        with pytest.raises(InputError, match=what) as caught:
            score_file(path)
        assert caught.value.where.path == str(path)


def test_scores_that_stood_there_stay_when_a_line_is_bad(file, tmp_path):
    scores = tmp_path / "scores.jsonl"
    scores.write_text("earlier")
    file.write_text(GOOD + "bad\n")
    with pytest.raises(InputError):
        score_file(file, per_record=scores)
    assert scores.read_text() == "earlier"
    assert set(tmp_path.iterdir()) == {file, scores}


def test_scores_never_go_over_the_predictions_or_over_a_folder(file, tmp_path):
    file.write_text(GOOD)
    (tmp_path / "link.jsonl").symlink_to(file)
    for target in (file, tmp_path / "link.jsonl", tmp_path):
        with pytest.raises(UsageError):
            score_file(file, per_record=target)
    assert file.read_text() == GOOD


def test_a_place_that_cannot_be_written_is_named(file, tmp_path):
    file.write_text(GOOD)
    with pytest.raises(OutcropError, match="cannot be written") as caught:
        score_file(file, per_record=file / "scores.jsonl")
    assert caught.value.where.path == str(file / "scores.jsonl")
    assert list(tmp_path.iterdir()) == [file]


def test_the_folder_for_the_scores_is_made(file, tmp_path):
    file.write_text(GOOD)
    score_file(file, per_record=tmp_path / "new" / "scores.jsonl")
    assert (tmp_path / "new" / "scores.jsonl").exists()


def test_a_missing_file_is_named_although_earlier_scores_stand_there(tmp_path):
    (tmp_path / "scores.jsonl").write_text("earlier")
    with pytest.raises(InputError, match="is not there"):
        score_file(tmp_path / "none.jsonl", per_record=tmp_path / "scores.jsonl")


def test_a_cancelled_run_leaves_nothing_behind(file, tmp_path):
    file.write_text(GOOD)
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        score_file(file, per_record=tmp_path / "scores.jsonl", cancel=cancel)
    assert list(tmp_path.iterdir()) == [file]


def test_progress_counts_the_bytes_of_the_file(file):
    file.write_text(GOOD * 2000)
    reports = []
    score_file(file, report=reports.append)
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    assert (reports[-1].done, reports[-1].total, reports[-1].unit) == (len(GOOD) * 2000, len(GOOD) * 2000, "bytes")


def test_a_small_file_is_scored_without_numpy_or_polars(file):
    file.write_text(GOOD)
    code = (
        "import sys, pathlib, core.evaluation as e; e.score_file(pathlib.Path(sys.argv[1]));"
        "print([name for name in ('numpy', 'polars') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
