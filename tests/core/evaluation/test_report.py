"""The report: four formats say the same, answers full of markup stay text, a rehearsal says so on every page."""

import csv
import io
import json
import math
import re
import shutil
import subprocess
from html.parser import HTMLParser
from xml.etree import ElementTree

import msgspec
import pytest
from reported import BASE, NOW, TRUTHS, TUNED, comparison, figures

from core.evaluation.metrics import CLASSIFICATION
from core.evaluation.report.document import document
from core.evaluation.report.figures import REHEARSAL
from core.evaluation.report.html import curves, stations, ticks
from core.evaluation.report.write import FORMATS, render, write
from core.records.metric_point import MetricPoint

MARKUP = [
    "<script>document.title = 'pwned'</script>",
    '"><img src=x onerror="document.title=1">',
    "</td></table></body><h1>owned</h1>",
    "<!-- --><style>*{display:none}</style>",
    "[click](javascript:alert(1)) **bold** `code` | cell | $x$ :smile: www.example.com",
    "\x1b]52;c;cHduZWQ=\x07 \u202egnp.exe",
]


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def nasty_page() -> Page:
    return Page(render(figures(MARKUP, MARKUP[::-1], MARKUP, name="<b>shops</b>"), "html"))


def test_every_format_says_the_same_score():
    found = figures()
    score = found.models[1].scores.squad_f1
    written = json.loads(render(found, "json"))["models"][1]["scores"]["metrics"]["squad"]
    assert written["figures"][written["headline"]]["value"] == score.value
    rows = list(csv.DictReader(io.StringIO(render(found, "csv"))))
    [row] = [row for row in rows if (row["subject"], row["measure"]) == ("tuned", "squad F1")]
    assert (float(row["value"]), float(row["low"]), int(row["n"])) == (score.value, score.low, 6)
    said = f"{score.value:.1f} [{score.low:.1f}, {score.high:.1f}]"
    assert said in Page(render(found, "html")).text
    assert said.replace("[", "\\[").replace("]", "\\]") in render(found, "md")


def test_a_report_has_every_part_of_an_evaluation():
    titles = [section.title for section in document(figures()).sections]
    assert titles == [
        "Use case",
        "Scores",
        "Where the gain comes from",
        "Training size",
        "Few-shot examples",
        "Tokens",
        "Latency and cost",
        "Examples",
        "Data and its cleaning",
        "Split",
        "Training",
        "Lineage",
        "Limits",
    ]


def test_the_tuned_model_is_compared_with_every_other_one():
    other = comparison(TRUTHS, TRUTHS, TUNED, base_label="large")
    text = Page(render(figures(others=(other,)), "html")).text
    assert f"{other.improvement:+.1f} %" in text
    assert text.count("large") >= 2


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_of_a_rehearsal_says_so(form):
    assert "REHEARSAL" in render(figures(), form)
    assert "REHEARSAL" not in render(figures(notice=""), form)


def test_each_section_chart_and_printed_page_of_a_rehearsal_says_so():
    page = render(figures(), "html")
    sections = page.split("<section>")[1:]
    assert len(sections) == 13
    assert all('class="mark">REHEARSAL<' in section for section in sections)
    assert all('class="notice"' in chart for chart in page.split("<svg ")[1:])
    assert '@page { @top-center { content: "REHEARSAL' in page
    markdown = render(figures(), "md")
    assert markdown.count("\n## ") == markdown.count("\n> **REHEARSAL: ") == 13


def test_every_row_of_the_csv_says_where_the_models_were_asked():
    rows = list(csv.DictReader(io.StringIO(render(figures(), "csv"))))
    assert {row["location"] for row in rows} == {"REHEARSAL us-west-2"}


def test_a_page_asks_nobody_for_anything_and_runs_nothing():
    page = render(figures(), "html")
    assert "default-src 'none'; style-src 'sha256-" in page
    assert re.findall(r"https?://|<script|<link|<img|<iframe| on\w+=| style=|url\(", page) == []


def test_markup_in_answers_stays_text_in_html():
    page = nasty_page()
    assert {"script", "img", "iframe"} & set(page.tags) == set()
    assert (page.tags.count("h1"), page.tags.count("style"), page.tags.count("body")) == (1, 1, 1)
    assert not {name for name in page.attributes if name.startswith("on")}
    assert all(text in page.text for text in MARKUP[:2])
    assert "<b>shops</b>: evaluation" in page.text


def test_markup_in_answers_stays_text_in_markdown():
    text = render(figures(MARKUP, MARKUP[::-1], MARKUP), "md")
    unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)
    assert re.findall(r"<\w|\]\(|\*\*bold|`|\$x|www\.\w", unescaped) == []
    tables = re.findall(r"(?:^\|.*\n)+", unescaped, re.MULTILINE)
    assert len(tables) > 8
    assert all(len({line.count("|") for line in table.splitlines()}) == 1 for table in tables)


@pytest.mark.parametrize("form", ["md", "html", "csv"])
def test_control_characters_become_pictures(form):
    text = render(figures(MARKUP, MARKUP[::-1], MARKUP, name="a\x1b[2J\u202eb"), form)
    assert not set(text) & {"\x1b", "\x07", "\u202e", "\x00", "\r"}


def test_a_text_that_a_spreadsheet_would_compute_stays_text():
    other = comparison(TRUTHS, BASE, TUNED, base_label='=HYPERLINK("http://x","y")')
    rows = list(csv.DictReader(io.StringIO(render(figures(others=(other,)), "csv"))))
    assert '\'=HYPERLINK("http://x","y")' in {row["subject"] for row in rows}
    assert not any(row[name].startswith(("=", "@", "+")) for row in rows for name in ("subject", "measure"))


def test_a_target_is_met_or_missed():
    assert "met ✓" in render(figures(), "md")
    assert "missed ✗" in render(figures(tuned=["wrong"] * 6), "md")


def test_labels_have_their_confusion_matrix():
    truths, said = ["yes", "no", "yes", "maybe"], ["yes", "yes", "no", "perhaps"]
    text = render(figures(truths, said, truths, metrics=[CLASSIFICATION]), "md")
    assert "| tuned: accuracy | 100.0" in text
    assert "| label | n | precision | recall | F1 |" in text
    [head] = {line for line in text.splitlines() if line.startswith("| truth, then how often")}
    assert head.endswith("| yes | maybe | no | (other) |")
    assert "| maybe | 0 | 0 | 0 | 1 |" in text


def test_a_target_within_the_interval_of_the_score_is_no_safe_verdict():
    said = "reaches to both sides of the target"
    mixed = figures(tuned=[*TRUTHS[:3], "no", "2017", "neither"])
    assert mixed.target.reached.low < 60 <= mixed.target.reached.high
    assert said in " ".join(mixed.limits)
    assert said not in " ".join(figures(tuned=TRUTHS).limits)


def test_the_limits_name_what_these_figures_give_reason_to_doubt():
    said = " ".join(figures().limits)
    assert "3 groups only" in said
    assert "20% of the test questions' tables" in said
    within = " ".join(figures(tuned=BASE).limits)
    assert "within noise" in within
    assert "rehearsed" not in " ".join(figures(notice="").limits)


def test_a_training_size_without_an_evaluation_says_so_beside_those_that_name_their_run():
    rows = [line for line in render(figures(), "md").splitlines() if "| job-" in line]
    unknown, known = (next(row for row in rows if row.endswith(f"| {job} |")) for job in ("job-100", "job-500"))
    assert unknown.count("not evaluated") == 2
    assert "run-500" in known
    assert "| BS 16 |" in known


def test_few_shot_examples_stand_beside_one_another_on_base_and_tuned():
    lines = render(figures(), "md").splitlines()
    rows = lines[lines.index("| model | trained on | examples | squad F1 | run |") + 2 :][:4]
    assert [row.split(" | ")[:3] for row in rows] == [
        ["| base", "–", "0"],
        ["| base", "–", "3"],
        ["| job-500", "500", "0"],
        ["| job-500", "500", "3"],
    ]
    assert rows[1].endswith("| run-3 |")
    assert rows[3].endswith("| not evaluated | not evaluated |")


def test_every_metric_and_every_cut_is_there():
    text = render(figures(), "md")
    rows = [
        f"| {metric} {figure} |" for metric, figure in (("squad", "recall"), ("article", "F1"), ("exact", "match"))
    ]
    assert all(row in text for row in rows)
    assert "| by type | n |" in text


def test_an_unknown_price_is_called_that():
    assert "forecast unknown" in render(figures(), "md")


def test_reports_are_written_beside_one_another(tmp_path):
    paths = write(figures(), tmp_path / "new", ("md", "json"))
    assert [path.name for path in paths] == ["report.md", "report.json"]
    assert json.loads(paths[1].read_text())["made"] == NOW.isoformat().replace("+00:00", "Z")
    assert json.loads(paths[1].read_text())["notice"] == REHEARSAL


def test_a_chart_shows_every_bin_and_its_scale_has_round_numbers():
    found = figures()
    charts = render(found, "html").split("<svg ")[1:]
    assert charts[0].count("<rect") == 20
    assert charts[1].count("<circle") == 1
    assert charts[2].count("<rect") == 2 * len(found.token_bins[0].counts)
    assert charts[3].count("<polyline") == 2
    assert ticks(0, 68) == [0, 20, 40, 60, 80]
    assert ticks(1.1, 2.0) == [1.0, 1.5, 2.0]
    assert ticks(5, 5)[0] <= 5 < ticks(5, 5)[-1]


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("losses", "pieces"),
    [
        ([2.0, NAN, 1.0, 0.5], 2),
        ([NAN, INF, -INF], 0),
        ([INF, 0.4, 0.3], 1),
        ([1e300, 1.0, 1e308], 1),
        ([0.0, 5e-324], 1),
        ([2.0], 1),
    ],
)
def test_losses_that_are_not_finite_leave_gaps_in_a_valid_picture(losses, pieces):
    points = tuple(MetricPoint(step, 0, loss, 1.0) for step, loss in enumerate(losses))
    for picture in (curves("loss", [("training", points)]), curves("loss", [("one", points), ("two", points)])):
        assert numbers_of(picture)
    assert curves("loss", [("training", points)]).count("<polyline") == pieces


@pytest.mark.parametrize("level", [NAN, INF, 14.3, 1e300])
@pytest.mark.parametrize("value", [NAN, INF, -INF, 1e300, 1e308, None, 57.7])
def test_a_score_that_is_not_finite_leaves_its_station_empty(value, level):
    picture = stations("F1", [("10", value), ("20", 62.0)], level)
    assert numbers_of(picture)
    assert picture.count("<circle") == 1 + (value in (1e300, 57.7))


def test_a_report_with_losses_that_are_not_finite_is_written_in_every_form():
    points = tuple(MetricPoint(step, 0, loss, loss) for step, loss in enumerate([NAN, 1.0, INF, 1e300]))
    found = figures()
    found = msgspec.structs.replace(found, training=msgspec.structs.replace(found.training, training=points))
    assert [point["loss"] for point in json.loads(render(found, "json"))["training"]["training"]] == [
        None,
        1.0,
        None,
        1e300,
    ]
    assert "nan → 1.000e+300" in Page(render(found, "html")).text
    assert "| training | nan |" in render(found, "md")
    assert "step 2,inf," in render(found, "csv")


def numbers_of(picture):
    """The coordinates of a picture, which is XML.

    Raises:
        AssertionError: One of them is not a finite number within reach of a renderer.
    """
    found = []
    for element in ElementTree.fromstring(picture).iter():
        for name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"):
            found += [float(element.get(name))] if name in element.keys() else []  # noqa: SIM118
        found += [float(each) for pair in element.get("points", "").split() for each in pair.split(",")]
    assert all(abs(each) < 10_000 for each in found)
    return found


@pytest.mark.slow
def test_a_browser_shows_tables_and_charts_and_runs_nothing(tmp_path):
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("there is no headless Chromium on this machine")
    path = tmp_path / "report.html"
    path.write_text(render(figures(MARKUP, MARKUP[::-1], MARKUP), "html"))
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    page = Page(done.stdout)
    assert "<title>shops: evaluation</title>" in done.stdout
    assert page.tags.count("svg") == 4
    assert page.tags.count("table") >= 10
    assert {"script", "img"} & set(page.tags) == set()
    assert MARKUP[0] in page.text
