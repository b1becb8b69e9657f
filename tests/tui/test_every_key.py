"""Every key of every tab, one after another: none is a mistake of ours, whatever there is to act on."""

import pytest
from screens import make_project, opened, records, running

from tui import keys

ELSEWHERE = ("app.quit", "app.suspend", "data.edit", "format.edit")  # they leave the dashboard, as they should


@pytest.mark.slow
@pytest.mark.parametrize("many", [0, 12], ids=["empty", "records"])
@pytest.mark.parametrize("stage", keys.STAGE_NAMES)
async def test_no_key_of_a_tab_ends_the_dashboard(tmp_path, stage, many):
    folder = make_project(tmp_path / "shops", records(many))
    workspace = opened(folder)
    async with running(workspace) as driver:
        await driver.press(str(keys.STAGE_NAMES.index(stage) + 1))
        for key in keys.in_scope(stage, "list", "text", "everywhere"):
            if key.id not in ELSEWHERE and not key.id.startswith("stage."):
                await driver.press(key.keys.split(",")[0], "escape", "escape")
                assert not driver.app.exit_message, key.id
        assert driver.app.is_running
    workspace.close()
