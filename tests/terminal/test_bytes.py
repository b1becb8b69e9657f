"""What the dashboard writes, as whoever sits at the other end of an SSH line gets it; at 256 colours."""

import statistics
import subprocess

from pseudo_terminal import OUTCROP


def typical(terminal, *keys):
    """The median of the bytes that each key brings."""
    return statistics.median(terminal.press(key).size for key in keys)


def test_polls_that_bring_nothing_new_write_nothing_and_what_they_bring_is_seen_without_a_key(dashboard, busy):
    folder = busy.folder.parent.parent
    screen = dashboard(folder=folder)
    screen.send("5")
    screen.wait_for("◐ long .* validation")
    screen.wait_for("◐ other")
    screen.settle()
    beside = subprocess.Popen([*OUTCROP, "jobs", "--json"], cwd=folder, stdout=subprocess.DEVNULL)
    assert screen.watch_until(lambda: beside.poll() is not None).raw == b""  # asked twice a second meanwhile
    assert beside.returncode == 0
    busy.client("bedrock").stop_model_customization_job(jobIdentifier="long")
    screen.wait_for("■ long")


def test_a_step_in_a_list_writes_less_than_500_bytes(dashboard):
    screen = dashboard(columns=60)
    assert 0 < typical(screen, "j", "j", "k", "j", "k") <= 500


def test_a_step_in_a_list_with_its_detail_writes_less_than_3_kilobytes(dashboard):
    screen = dashboard()
    assert 0 < typical(screen, "j", "j", "k", "j", "k") <= 3_000


def test_going_to_another_tab_and_back_writes_less_than_13_kilobytes(dashboard):
    screen = dashboard()
    for key in "34567":
        assert 0 < screen.press(key).size <= 13_000
        assert 0 < screen.press("2").size <= 13_000


def test_a_start_writes_less_than_20_kilobytes(dashboard):
    screen = dashboard()
    assert len(screen.raw) <= 20_000


def test_what_a_resize_brings_is_one_screen_at_the_most(dashboard):
    screen = dashboard()
    screen.resize(100, 30)
    assert 0 < screen.settle().size <= 20_000
    assert screen.text.splitlines()[-1].rstrip().endswith("? help")
