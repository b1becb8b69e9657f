"""The Format tab: a record beside its source, what a change of its template changes, tokens, split, import."""

import contextlib
import functools
import json
import zlib

import msgspec
import pytest
from rehearsed import BUCKET
from screens import make_project, opened, records, running, settings_of

import sample_data
from core import config, tasks
from core.aws import s3
from core.data.import_offer import Offer, offer, target_of, with_plan
from core.formatting import source_file
from core.formatting.importing import ImportPlan, Input
from core.workspace import rehearsal_folder
from tui.app import Outcrop
from tui.tabs.format.import_dialog import ImportDialog, words


@pytest.fixture
def folder(tmp_path):
    return make_project(tmp_path)


@contextlib.asynccontextmanager
async def format_tab(folder, **more):
    workspace = opened(folder)
    async with running(workspace, **more) as driver:
        await driver.press("3")
        await driver.sees("3 FORMAT")
        yield driver
    workspace.close()


def where(folder):
    """Where an import into a project would go."""
    return target_of(config.read(folder / config.FILE), folder)


def editor(monkeypatch, tmp_path, old, new):
    """Sets `$EDITOR` to a script; a headless screen has nothing to suspend."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[1])\n"
        f"path.write_text(path.read_text().replace({old!r}, {new!r}))\n"
    )
    monkeypatch.setenv("EDITOR", f"python3 {script}")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(Outcrop, "suspend", lambda _app: contextlib.nullcontext())


async def test_the_record_under_datas_cursor_stands_beside_its_source(folder):
    async with format_tab(folder) as driver:
        shown = await driver.sees("SOURCE  table-0", "SYSTEM", "USER")
        assert '"table": [' in shown
        await driver.press("2")
        await driver.sees("2 DATA", "12 records")
        await driver.press("G")
        await driver.until(lambda: driver.app.settings.number("data.row", 0) == 11, "the cursor")
        await driver.press("3")
        await driver.sees("SOURCE  table-2")


async def test_a_record_that_the_template_cannot_render_stands_beside_what_it_lacks(tmp_path):
    bare = [msgspec.structs.replace(each, fields={"question": "Why?", "answer": "So."}) for each in records(3)]
    async with format_tab(make_project(tmp_path, bare)) as driver:
        shown = await driver.sees("SOURCE  table-0", "The template cannot render this record")
        assert "'table' is undefined" in shown
        assert '"question": "Why?"' in shown


async def test_tokens_of_each_part_and_of_all_four_table_formats_stand_side_by_side(folder):
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("v", "v")
        shown = await driver.sees("in all, with the table as")
        assert all(name in shown for name in ("html", "json", "markdown", "latex", "assistant"))


async def test_a_table_format_that_the_import_has_fixed_is_told_wherever_another_is_chosen(tmp_path):
    fixed = [msgspec.structs.replace(each, facts={"table_format": "json"}) for each in records(4)]
    async with format_tab(make_project(tmp_path, fixed)) as driver:
        await driver.sees("! This record is written as json, as", "its import says, and not as html.")
        await driver.press("down")
        await driver.sees("tables as  html  this record json, by its import")
        await driver.press("enter")
        await driver.until(lambda: "! This record" not in driver.frame, "the format of the import, chosen")


async def test_the_split_says_its_parts_and_what_leaks_and_follows_its_settings(tmp_path):
    folder = make_project(tmp_path, records(40))
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("v", "v", "v")
        assert "table           0%" in await driver.sees("split by group", "test rows that training has seen")
        await driver.press("down", "down", "enter")
        await driver.sees("together", "units", "row ", "F1")
        await driver.press("slash", *"row", "enter")
        assert "table           0%" not in await driver.sees("split by row", "memoriser")
    assert settings_of(folder).split.by == "row"


async def test_a_test_part_without_rows_is_warned_of_in_split_list_and_export_and_has_no_figures(tmp_path):
    folder = make_project(tmp_path, records(4))
    async with format_tab(folder, watching=True) as driver:
        await driver.sees("SYSTEM")
        await driver.press("v", "v", "v")
        await driver.sees("table            –", "! the test part has no records")
        await driver.press("w")
        shown = await driver.sees("claude-3-haiku-", "! the test part has no records", "≈ 503 t")
        assert all(each in shown for each in ("an epoch", "template  table-question"))
        await driver.press("down", "down", "enter")
        shown = await driver.sees("together", "units")
        assert next(line for line in shown.splitlines() if "group" in line).split()[4:6] == ["–", "–"], shown


async def test_every_fact_that_keeps_records_together_is_a_way_to_split_or_to_stratify(folder):
    found = [msgspec.structs.replace(each, facts={"customer": f"c{n % 3}"}) for n, each in enumerate(records())]
    source_file.write(folder / "records.jsonl", found)
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("down", "down", "enter")
        await driver.sees("together", "customer")
        await driver.press("slash", *"cust", "enter")
        await driver.until(lambda: settings_of(folder).split.by == "customer", "the way")
        await driver.press("down", "enter")
        await driver.sees("of nothing", "customer")
        await driver.press("slash", *"cust", "enter")
        await driver.until(lambda: settings_of(folder).split.stratify == "customer", "the stratum")


async def test_a_number_of_records_and_a_sub_sample_are_taken_and_others_refused(folder):
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("down", "down", "down", "down", "down", "enter")
        await driver.type("8")
        await driver.until(lambda: settings_of(folder).split.train == 8, "the number")
        await driver.press("down", "down", "down", "enter")
        await driver.type("many")
        await driver.sees("Expected a whole number of records")
        await driver.type("4")
        await driver.sees("sub-sample 4*")


async def test_a_share_that_no_split_takes_is_refused_before_it_is_written(folder):
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("down", "down", "down", "down", "down", "enter")
        for wrong in ("2.5", "0.9", "-1"):
            await driver.type(wrong)
            await driver.until(lambda: driver.app.bar.asking and "-wrong" in driver.app.bar.classes, "the mistake")
            assert settings_of(folder).split.train == 0.8
        await driver.press("escape")


async def test_ways_to_split_that_come_after_the_user_has_gone_on_take_no_keys(folder):
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("down", "down", "enter", "down")
        await driver.until(lambda: "splitting in every way" not in driver.frame, "the ways")
        assert len(driver.app.screen_stack) == 1
        await driver.press("up", "enter")
        assert "▌ group" in await driver.sees("together", "by the leak")


async def test_a_rationale_is_forecast_and_confirmed_before_anybody_is_asked(folder):
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("Y")
        await driver.type("3")
        shown = await driver.sees("write the reasoning of 3 records?", "at most 3 sentences")
        assert "shows no rationale" in shown
        assert "error unknown" in shown
        assert "by nobody yet: 4 characters a token" in shown
        await driver.press("escape")
        assert not tasks.listing(driver.app.workspace.store, driver.app.workspace.clock)


async def test_a_template_is_chosen_from_a_list_with_the_metric_that_fits_each(folder):
    async with format_tab(folder) as driver:
        await driver.press("enter")
        shown = await driver.sees("classification ", "judge only", "tool-call")
        assert "▌ table-question" in next(line for line in shown.splitlines() if " table-question  " in line)
        await driver.press("slash", *"reason", "enter")
        await driver.sees("<answer>")
    assert settings_of(folder).format.template == "table-question-reason"


async def test_an_edited_template_is_the_projects_own_and_its_change_is_shown(folder, tmp_path, monkeypatch):
    editor(monkeypatch, tmp_path, "<question>", "<ask>")
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("e")
        await driver.sees("last version", "- <question>", "+ <ask>")
    assert "<ask>" in (folder / "templates" / "table-question.yaml").read_text()


async def test_a_template_that_goes_wrong_is_not_accepted_and_its_draft_is_kept(folder, tmp_path, monkeypatch):
    editor(monkeypatch, tmp_path, "{{ question }}", "{{ nothing }}")
    async with format_tab(folder) as driver:
        await driver.sees("SYSTEM")
        await driver.press("e")
        shown = " ".join((await driver.sees("cannot render the record", "e opens your text again")).split())
        assert "(table-question.yaml:20 user, column 6): 'nothing' is undefined. The record has the fields" in shown
    assert not (folder / "templates").exists()
    assert "{{ nothing }}" in (folder / ".outcrop" / "drafts" / "template-table-question.yaml").read_text()


async def test_a_folder_that_cannot_be_written_is_said_and_nothing_stops(folder):
    async with format_tab(folder) as driver:
        (folder / ".outcrop" / "tasks").write_text("in the way of what an export would say")
        await driver.press("w")
        await driver.sees("✗ This file cannot be written")


async def test_an_empty_project_says_how_to_import_and_shows_what_it_would_give(tmp_path):
    folder = make_project(tmp_path / "project", [])
    rows = [{"question": "Why?", "answer": "So."}, {"question": "No answer"}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    async with format_tab(folder) as driver:
        await driver.sees("L imports a file here")
        await driver.press("L")
        await driver.type(str(tmp_path / "rows.jsonl"))
        shown = await driver.sees("Import this file?", "1 from the first 2 rows", "Why? → So.")
        assert "left out" in shown
        assert "line 2" in shown
        await driver.press("escape")
    assert not (folder / "records.jsonl").exists()


async def test_an_import_goes_where_the_records_are_once_the_number_it_replaces_is_confirmed(tmp_path):
    folder = make_project(tmp_path)
    (folder / "data").mkdir()
    (folder / "records.jsonl").rename(folder / "data" / "records.jsonl")
    config.change(folder / config.FILE, {"data.source": "data/records.jsonl"})
    (tmp_path / "rows.csv").write_text("frage,answer\nWhy?,So.\nHow?,Thus.\n")
    async with format_tab(folder, watching=True) as driver:
        await driver.sees("SYSTEM")
        await driver.press("L")
        await driver.type(str(tmp_path / "rows.csv"))
        await driver.sees("No column is the question", "Choose which of the columns it is")
        await driver.press("enter")
        assert not tasks.listing(driver.app.workspace.store, driver.app.workspace.clock)
        await driver.press("down", "down", "down", "space")
        await driver.press("slash", *"frage", "enter")
        shown = " ".join((await driver.sees("Import this file?", "2 from the first 2 rows")).split())
        assert "in place of the 12 records" in shown
        assert "cannot render these: 'table' is undefined" in shown
        await driver.press("enter")
        await driver.sees("✓ 2 records came in, in place of 12", "Why?")
    assert (folder / "data" / "records.jsonl").read_text().count("\n") == 2
    assert not (folder / "records.jsonl").exists()


async def test_what_fits_the_kind_is_chosen_before_an_import_and_handed_to_the_command(folder, workspace):
    plan, files = ImportPlan("tatqa"), (Input(sample_data.path(sample_data.FINANCE_QA)),)
    found = with_plan(workspace, Offer(files, plan, (), where(folder)), plan)
    async with format_tab(folder) as driver:
        asked = ImportDialog(found, "tables.json", functools.partial(with_plan, driver.app.workspace))
        chosen = []
        driver.app.push_screen(asked, chosen.append)
        await driver.sees("questions  all", "text       kept", "tables as  the project's")
        await driver.press("down", "space", "down", "space", "down", "space")
        await driver.sees("questions  article", "text       left out", "tables as  html", "Import this file?")
        await driver.press("enter")
    said = words(chosen[0], "tables.json")
    assert said[0] == "tatqa"
    assert said[-5:] == ("--preset", "article", "--no-paragraphs", "--table-format", "html")


async def test_what_stands_between_the_columns_of_a_csv_file_is_chosen_before_an_import(folder, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("question\tanswer\t1,2,3\nWhy?\tSo.\t\n")
    async with format_tab(folder) as driver:
        workspace, chosen = driver.app.workspace, []
        asked = ImportDialog(offer(workspace, str(rows)), "rows.csv", functools.partial(with_plan, workspace))
        driver.app.push_screen(asked, chosen.append)
        await driver.sees("delimiter  found out", "No column is the question")
        await driver.press("down", "space", "space", "space")
        await driver.sees("delimiter  tab", "question   question", "1 from the first 1 row")
        await driver.press("enter")
    assert words(chosen[0], "rows.csv")[-2:] == ("--delimiter", "tab")


async def test_records_elsewhere_stay_and_the_project_names_the_new_ones(folder, workspace):
    target = where(folder)
    assert (target.path, target.replaces, target.before) == (folder / "records.jsonl", 12, "")
    config.change(folder / config.FILE, {"data.source": "shop.jsonl"})
    target = where(folder)
    assert (target.path, target.replaces, target.before) == (folder / "data" / "records.jsonl", 0, "shop.jsonl")
    workspace.reread()
    (folder / "rows.csv").write_text("question,answer\nWhy?,So.\n")
    workspace.reread()
    assert "--use" in words(offer(workspace, str(folder / "rows.csv")), "rows.csv")


async def test_an_address_in_s3_is_looked_at_as_a_file_is(near, rehearsal):
    key = f"imports-{zlib.crc32(str(near).encode()):x}/chat.jsonl"
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"},
             {"role": "assistant", "content": "So."}]  # fmt: skip
    chat = near / "chat.jsonl"
    chat.write_text(json.dumps({"messages": turns}) + "\n")
    s3.upload(rehearsal.connection(), chat, s3.S3Uri(BUCKET, key))
    async with format_tab(near) as driver:
        await driver.press("L")
        await driver.type(f"s3://{BUCKET}/{key}")
        await driver.sees("Import this file?", "kind       chat", "1 from the first 1 row", "Why? → So.")
        await driver.press("escape")
        await driver.press("L")
        await driver.type(f"s3://{BUCKET}/{key}.gone")
        await driver.sees("✗ There is nothing at", f"{key}.gone")


async def test_a_file_that_cannot_be_read_says_so(folder):
    async with format_tab(folder) as driver:
        await driver.press("L")
        await driver.type("/nowhere/at/all.csv")
        await driver.until(lambda: "all.csv" in driver.bar or "cannot be" in driver.frame, "the error")


@pytest.fixture
def near(folder, rehearsal):
    """The project, with the shared rehearsal as its own, which its children find, too."""
    own = rehearsal_folder(folder)
    own.parent.mkdir(exist_ok=True)
    own.symlink_to(rehearsal.folder, target_is_directory=True)
    return folder


async def test_an_upload_is_confirmed_with_its_facts_and_seen_to_its_end(near, rehearsal):
    name = f"uploads-{zlib.crc32(str(near).encode()):x}"
    config.change(near / config.FILE, {"bucket": BUCKET, "name": name})
    async with format_tab(near, watching=True) as driver:
        await driver.press("W")
        await driver.sees("Write and upload the files?", "REHEARSAL", "claude-3-haiku", "all records")
        await driver.press("enter")
        await driver.sees(f"✓ uploaded to {BUCKET}")
    found = s3.listing(rehearsal.connection(), s3.S3Uri(BUCKET, f"outcrop/{name}/"))
    assert {each.key.rpartition("/")[2] for each in found} == {"train.jsonl"}


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"bucket": BUCKET, "region": "us-east-1"}, "is in us-west-2"),
        ({"bucket": "no-such-bucket"}, "There is no bucket named no-such-bucket"),
        ({"bucket": "Not A Bucket"}, "is not an S3 address"),
        ({"bucket": ""}, "No bucket is set"),
    ],
)
async def test_what_no_job_could_read_is_refused_before_anything_is_confirmed(near, wishes, said):
    workspace = opened(near, **wishes)
    async with running(workspace) as driver:
        await driver.press("3")
        await driver.sees("3 FORMAT", "SYSTEM")
        await driver.press("W")
        await driver.until(lambda: said in " ".join(driver.frame.split()), said)
        assert "Write and upload" not in driver.frame
    workspace.close()


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (120, 36)])
async def test_every_view_fits_any_screen(folder, size):
    async with format_tab(folder, size=size) as driver:
        for _ in range(6):
            await driver.press("v")
            assert len(driver.frame.splitlines()) <= size[1]
