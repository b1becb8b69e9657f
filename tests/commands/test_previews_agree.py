"""One record is the same text wherever it is shown or sent: Format, `format preview`, Deploy and the judge."""

from typing import Any

import pytest
from screens import edit_record, make_project, opened, records, running

from core.aws.endpoints import Endpoint
from core.aws.runtime import Reply
from core.data.annotation.judge import prepare
from core.data.template_preview import few_of, look
from core.deployment import endpoints
from core.deployment.endpoints import EndpointsSnapshot
from core.deployment.meter import Meter
from core.records.record import Chat
from core.workspace import Workspace
from tui.messages import EndpointsPolled

ROW = 1
FEW = """name: few
system: Answer from the table.
user: "{{ table }}\\n{{ question }}"
assistant: "{{ answer }}"
examples: {k: 2, by: random}
"""


@pytest.fixture(params=["table-question", "few"])
def folder(request, tmp_path):
    """A project whose second record is edited; its template shows examples or none."""
    folder = make_project(tmp_path, records(40))
    (folder / "templates").mkdir()
    (folder / "templates" / "few.yaml").write_text(FEW)
    workspace = opened(folder)
    workspace.change_config(format__template=request.param)
    workspace.close()
    edit_record(folder, ROW, question="What was it then?", answer="42")
    return folder


async def sent_by_deploy(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> tuple[Chat, str]:
    """What Deploy sends for Data's record, and the screen with the answer."""
    sent: list[Chat] = []

    def converse(_: object, __: str, chat: Chat, **options: Any) -> Reply:
        assert options == {"patient": False}
        sent.append(chat)
        return Reply("perhaps", "end_turn", 10, 2, 5)

    monkeypatch.setattr(endpoints, "converse", converse)
    monkeypatch.setattr(Workspace, "connection", None)
    workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('data.row', ?)", (str(ROW),))
    async with running(workspace, (100, 30)) as driver:
        now = workspace.clock.now()
        served = Endpoint("arn:aws:bedrock:provisioned-model/d", "shops", "provisioned", "m", "ready", now)
        snapshot = EndpointsSnapshot(workspace.location, (served,), {}, Meter(0.0, 1, 1), now)
        driver.app.post_message(EndpointsPolled(snapshot))
        await driver.press("7")
        await driver.sees("7 DEPLOY", "shops", "ready")
        await driver.press("a")
        await driver.sees("ask, or enter for Data's record")
        await driver.press("enter")
        frame = await driver.sees("you    ", "it     perhaps", "truth  ")
    [chat] = sent
    return chat, frame


async def test_an_edited_record_is_the_same_text_for_all_who_show_or_send_it(outcrop, folder, monkeypatch):
    said = outcrop("format", "preview", "--record", ROW + 1, "--json").json
    workspace = opened(folder)
    shown = look(workspace, ROW, few_of(workspace)).row.chat
    judged = prepare(workspace, where=f"row = {ROW + 1}").asks[0].chat.prompt
    asked, frame = await sent_by_deploy(workspace, monkeypatch)
    workspace.close()

    assert shown is not None
    assert (shown.question, shown.completion) == ("What was it then?", "42")
    assert said["system"] == shown.system
    assert said["messages"] == [{"role": turn.role, "content": turn.content} for turn in shown.messages]
    assert asked == shown.asked()
    assert "you    What was it then?" in frame
    assert "truth  42" in frame
    assert "What was it then?" in judged
    assert "42" in judged
    assert "How many" not in judged
