"""The template in the editor: held to its language and to the record in sight before it takes its place."""

from collections.abc import Mapping

from core.errors import InputError
from core.formatting import template, template_versions
from core.formatting.template import Renderer, parse
from core.outputs import replacing
from tui.editor import edited
from tui.messages import Changed
from tui.tabs.format.format_settings import TEMPLATES
from tui.tabs.format.panes import FormatSelection
from tui.tabs.stage import Action, Stage


class TemplateEditor:
    """Edits the project's template."""

    def __init__(self, stage: Stage, selection: FormatSelection) -> None:
        """Prepares the action.

        Args:
            stage: The tab.
            selection: Has the record in sight, and turns to what an edit changes of it.
        """
        self._stage, self._selection = stage, selection

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"edit_template": self.edit}

    def edit(self) -> None:
        """Opens the template in `$VISUAL` or `$EDITOR`; what comes back is checked before it takes its place."""
        self._stage.shell.refuse_if_read_only()
        workspace = self._stage.workspace
        name = workspace.config.format.template
        path = workspace.folder / TEMPLATES / f"{name}.yaml"
        was = path.read_text("utf-8") if path.is_file() else template.ready_made_text(name)
        draft = workspace.hidden / "drafts" / f"template-{name}.yaml"
        begun = draft.read_text("utf-8") if draft.is_file() else was
        text = edited(self._stage.app, draft, begun, "The template stays; e goes on with it")
        if not text.strip() or text == was:  # emptied gives up, as in git
            draft.unlink()
            self._stage.say("nothing was changed", "text")
            return
        try:
            self._try_out(text, path.name)
        except InputError as error:
            todo = f"{error.todo}; e opens your text again" if error.todo else "e opens your text again"
            raise InputError(error.what, why=error.why, todo=todo, where=error.where) from error
        template_versions.noted(name, path.parent, workspace.hidden)
        with replacing(path) as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        draft.unlink()
        self._selection.view = "change"
        self._stage.post_message(Changed("config"))

    def _try_out(self, text: str, name: str) -> None:
        """Holds a template to its language, and to the record that is shown."""
        seen = self._selection.seen
        renderer = Renderer(parse(text, name), self._stage.workspace.config.format.table_format)
        if seen is not None and seen.row.source is not None:
            renderer.chat(seen.row.source)
