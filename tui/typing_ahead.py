"""One key after another: a key has done what it does before the next one is looked at.

Textual posts a key to the widget that has the focus at that moment, and from there it travels up to the bindings.
Keys that come in one burst, as they do over a slow line or from a fast typist, would all go to the list that had the
focus when the first came: after `/fix` the list would take `f` and `x` for decisions.
"""

from textual import events
from textual.app import App
from textual.message_pump import MessagePump


class InOrder(App[None], inherit_bindings=False):
    """An application that takes one key at a time. Its widgets have bindings, and only a field handles keys."""

    async def on_event(self, event: events.Event) -> None:
        """Takes a key itself; leaves everything else to Textual."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            event._set_forwarded()
            if self._exit:  # what is typed after the key that leaves is for the shell
                return
            self.heard()
            await self._take(event)
            for opened in self.awaited():
                await opened._mounted_event.wait()
        else:
            await super().on_event(event)

    def heard(self) -> None:
        """A key came: what was said before has been read."""

    def awaited(self) -> tuple[MessagePump, ...]:
        """What a key may have opened, and what follows is typed into."""
        return (self.screen,)

    async def _take(self, event: events.Key) -> None:
        if await self._check_bindings(event.key, priority=True):
            return
        field = self.focused
        if field is not None and field.check_consume_key(event.key, event.character):
            with field._context():
                await field._dispatch_message(event)
        else:
            await self._check_bindings(event.key)
