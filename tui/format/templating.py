"""The template in the editor: held to its language and to the record that is shown before it takes its place."""

from core.errors import InputError
from core.outputs import replacing
from tui.editor import edited
from tui.format.setting import TEMPLATES, Setting
from tui.format.showing import VIEWS
from tui.messages import Changed


class Templating(Setting):
    """The Format tab, its template to be edited."""

    def action_edit_template(self) -> None:
        """Opens the template in `$VISUAL` or `$EDITOR`; what comes back is checked before it takes its place."""
        from core.formatting import template, template_versions

        self.shell.refuse_if_read_only()
        name = self.workspace.config.format.template
        path = self.workspace.folder / TEMPLATES / f"{name}.yaml"
        was = path.read_text("utf-8") if path.is_file() else template.ready_made_text(name)
        draft = self.workspace.hidden / "drafts" / f"template-{name}.yaml"
        begun = draft.read_text("utf-8") if draft.is_file() else was
        text = edited(self.app, draft, begun, "The template stays; e goes on with it")
        if not text.strip() or text == was:  # emptied gives up, as in git
            draft.unlink()
            self.say("nothing was changed", "text")
            return
        try:
            self._try_out(text, path.name)
        except InputError as error:
            todo = f"{error.todo}; e opens your text again" if error.todo else "e opens your text again"
            raise InputError(error.what, why=error.why, todo=todo, where=error.where) from error
        template_versions.noted(name, path.parent, self.workspace.hidden)
        with replacing(path) as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        draft.unlink()
        self._view = VIEWS.index("change")
        self.post_message(Changed("config"))

    def _try_out(self, text: str, name: str) -> None:
        """Holds a template to its language, and to the record that is shown."""
        from core.formatting.template import Renderer, parse

        renderer = Renderer(parse(text, name), self.workspace.config.format.table_format)
        if self._seen is not None and self._seen.row.source is not None:
            renderer.chat(self._seen.row.source)
