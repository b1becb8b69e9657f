"""All that Outcrop uses of Textual's private parts: `PRIVATE` has each name with the reason.

Another version of Textual may change any of them: `tests/tui/test_textual_internals.py` holds that they exist, and
that nothing else in `tui` uses what is private. Three things need them.

- **A terminal that sends anything and goes away at any time**: `TerminalDriver`.
- **One key after another**: `Application`. Textual posts a key to the widget that has the focus at that moment, and
  from there it travels up to the bindings. Keys that come in one burst, as they do over a slow line or from a fast
  typist, would all go to the list that had the focus when the first came: after `/fix` the list would take `f` and
  `x` for decisions.
- **Only the cells that changed are written**: `Painted`. Over SSH a full repaint is 13 to 20 KB, nearly all of it
  there already. Textual repaints regions: a pane that gets the focus is written again whole, and each span of text
  carries its full style. Here what the terminal shows is remembered, cell by cell, and what differs is written with
  as few style changes as possible.
"""

import codecs
import functools
import os
import select
import signal
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip

PRIVATE = {
    "textual._compositor:ChopsUpdate": "what changed of some lines, of which only the changed cells are written",
    "textual._compositor:CompositorUpdate": "what `_display` gets when something is to be painted",
    "textual._compositor:LayoutUpdate": "a region that is painted whole, of which only the changed cells are written",
    "textual._xterm_parser:XTermParser": "turns what a terminal sends into events; the driver reads for itself",
    "textual.app:App._check_bindings": "runs the binding of a key, and says whether there was one",
    "textual.app:App._close_messages_no_wait": "ends after a crash, when no message may be handled any more",
    "textual.app:App._display": "the one place where everything that is painted passes",
    "textual.app:App._driver": "writes a copy to the terminal's clipboard, which is not on the screen",
    "textual.app:App._exception": "what a crash was, which tests that drive the dashboard raise again",
    "textual.app:App._exception_event": "the same",
    "textual.app:App._exit": "says that the dashboard is ending: what is typed then is for the shell",
    "textual.app:App._handle_exception": "a crash, which Textual would show with the values of variables: with data",
    "textual.app:App._return_code": "1 after a crash",
    "textual.driver:Driver._app": "hears of a failure of what reads the keys",
    "textual.driver:Driver._debug": "what a driver gives the parser",
    "textual.drivers.linux_driver:LinuxDriver._file": "where it writes: in UTF-8 whatever the locale says",
    "textual.events:Event._set_forwarded": "marks a key as dealt with",
    "textual.message_pump:MessagePump._context": "handles a message as the widget itself would",
    "textual.message_pump:MessagePump._dispatch_message": "the same",
    "textual.message_pump:MessagePump._mounted_event": "tells when what a key opened is there to be typed into",
}

_LOOK = 0.1  # seconds between two looks whether the input thread is to end
_GAP = 5  # unchanged cells that cost no more to write again than to jump over

CellLook = tuple[str, str, str]  # attributes, colour and background, as the numbers of an SGR sequence
PaintedCell = tuple[str, CellLook]  # a grapheme, empty for the second cell of a wide one
PaintedChange = tuple[int, int, Sequence[PaintedCell]]  # line, column, what stands there now

_PLAIN: CellLook = ("", "", "")


class Application(App[None], inherit_bindings=False):
    """An application that takes one key at a time, writes only what changed, and keeps data out of its last words.

    Its widgets have bindings, and only a field handles keys.
    """

    def __init__(self) -> None:
        """Knows nothing yet of what the terminal shows."""
        super().__init__()
        self._painted = Painted()

    def heard(self) -> None:
        """A key came: what was said before has been read."""

    def awaited(self) -> tuple[MessagePump, ...]:
        """What a key may have opened, and what follows is typed into."""
        return (self.screen,)

    def crashed(self, error: Exception) -> None:
        """Something failed that nobody foresaw; the application ends. Called for the first such error only."""

    def repaint(self) -> None:
        """Writes every cell again: whatever was there has gone, as after a while in the shell."""
        self._painted.forget()
        self.screen.refresh(layout=True)

    def write_to_terminal(self, sequence: str) -> None:
        """Writes what is not for the screen."""
        if self._driver is not None:
            self._driver.write(sequence)

    def get_driver_class(self) -> type[Driver]:
        """The driver that outlives whatever a terminal does."""
        return TerminalDriver

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

    async def _take(self, event: events.Key) -> None:
        if await self._check_bindings(event.key, priority=True):
            return
        field = self.focused
        if field is not None and field.check_consume_key(event.key, event.character):
            with field._context():
                await field._dispatch_message(event)
        else:
            await self._check_bindings(event.key)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable = self._painted.only_changes(renderable, self.size)
        super()._display(screen, renderable)

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self.crashed(error)
            self._exception_event.set()
        self._close_messages_no_wait()


class TerminalDriver(LinuxDriver):
    """Reads from and writes to a terminal that may send anything, take any encoding, and go away at any time.

    Textual's own driver ends at a byte that is not UTF-8, and reads an input that has ended again and again.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Takes what Textual gives a driver."""
        super().__init__(*args, **options)
        self._file: Any = _Output(self._file.fileno())

    def run_input_thread(self) -> None:
        """Turns what is typed into events, until the application leaves or the terminal is gone."""
        try:
            self._listen()
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it who would say so
            self._app.call_later(self._app._handle_exception, error)

    def _listen(self) -> None:
        parser, decode = XTermParser(self._debug), codecs.getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], _LOOK)
            if ready:
                typed = _read(self.fileno)
                if not typed:
                    _hang_up()
                    return
                for event in parser.feed(decode(typed)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)


class _Output:
    """The terminal as a file: UTF-8 whatever the locale says; once the terminal is gone, it takes everything."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._waiting: list[str] = []
        self._gone = False

    def fileno(self) -> int:
        """The file descriptor."""
        return self._number

    def write(self, text: str) -> None:
        """Keeps text until it is flushed."""
        self._waiting.append(text)

    def flush(self) -> None:
        """Writes what waits."""
        left = memoryview("".join(self._waiting).encode("utf-8", "replace"))
        self._waiting.clear()
        while left and not self._gone:
            try:
                left = left[os.write(self._number, left) :]
            except BlockingIOError:  # another program made the terminal non-blocking
                select.select([], [self._number], [])
            except OSError:
                self._gone = True
                _hang_up()


def _read(number: int) -> bytes:
    """Some bytes from the terminal; none once it is gone."""
    try:
        return os.read(number, 4096)
    except OSError:
        return b""


def _hang_up() -> None:
    """Does what the system leaves out where a parent, such as make, leads the session: it alone gets the SIGHUP."""
    os.kill(os.getpid(), signal.SIGHUP)


class Painted:
    """What the terminal shows, as far as is known."""

    def __init__(self) -> None:
        self._size = Size()
        self._lines: list[list[PaintedCell | None]] = []

    def forget(self) -> None:
        """Nothing is known any more: the next update writes all that it has."""
        self._size = Size()

    def only_changes(self, update: CompositorUpdate, size: Size) -> CompositorUpdate:
        """An update that writes what differs from what is there."""
        return _Changes(self, update, size)

    def changes(
        self, pieces: Iterable[tuple[int, int, Strip]], size: Size, colours: ColorSystem
    ) -> Iterator[PaintedChange]:
        """Takes note of pieces of lines, and gives what is new in them.

        Args:
            pieces: Column, line and strip of each.
            size: Of the terminal.
            colours: How many it has.
        """
        if size != self._size:
            self._size = size
            self._lines = [[None] * size.width for _ in range(size.height)]
        for x, y, strip in pieces:
            if y >= size.height:
                continue
            line = self._lines[y]
            new = _cells(strip, colours)[: max(0, size.width - x)]
            if line[x : x + len(new)] != new:
                for start, stop in _runs(line[x : x + len(new)], new):
                    yield y, x + start, new[start:stop]
                line[x : x + len(new)] = new


class _Changes(CompositorUpdate):
    """Textual's update, as its difference to what is painted."""

    def __init__(self, painted: Painted, update: CompositorUpdate, size: Size) -> None:
        self._painted, self._update, self._size = painted, update, size

    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal."""
        colours = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        written: list[str] = []
        look = _PLAIN
        for y, x, cells in self._painted.changes(_pieces(self._update), self._size, colours):
            written.append(f"\x1b[{y + 1};{x + 1}H")
            for text, wanted in cells:
                if wanted != look:
                    written.append(_turn(look, wanted))
                    look = wanted
                written.append(text)
        if look != _PLAIN:
            written.append("\x1b[0m")
        return "".join(written)


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Column, line and strip of all that an update has."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield x, y, strip
                x += strip.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if chop is not None and x <= last and end > first:
                    yield x, y, chop.crop(0, min(end, last) - x)


def _cells(strip: Strip, colours: ColorSystem) -> list[PaintedCell]:
    cells: list[PaintedCell] = []
    for text, style, control in strip:
        if control:
            continue
        look = _look(style, colours)
        if text.isascii():
            cells += [(letter, look) for letter in text]
            continue
        for start, stop, width in split_graphemes(text)[0]:
            if width:
                cells.append((text[start:stop], look))
                cells += [("", look)] * (width - 1)
            elif cells:
                cells[-1] = (cells[-1][0] + text[start:stop], look)
    return cells


@functools.lru_cache(maxsize=2048)
def _look(style: Style | None, colours: ColorSystem) -> CellLook:
    if style is None:
        return _PLAIN
    attributes = Strip.render_ansi(style.without_color, colours)
    front = ";".join(style.color.downgrade(colours).get_ansi_codes()) if style.color else ""
    back = ";".join(style.bgcolor.downgrade(colours).get_ansi_codes(foreground=False)) if style.bgcolor else ""
    return attributes, front, back


def _runs(old: Sequence[PaintedCell | None], new: Sequence[PaintedCell]) -> Iterator[tuple[int, int]]:
    """Where a line differs, with small gaps between two differences written again."""
    differing = [at for at, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    start = last = differing[0]
    for at in differing[1:]:
        if at - last > _GAP:
            yield start, _end(new, last)
            start = at
        last = at
    yield start, _end(new, last)


def _end(cells: Sequence[PaintedCell], last: int) -> int:
    """After a cell, and after the second half of a wide one."""
    return last + 2 if cells[last + 1 : last + 2] and not cells[last + 1][0] else last + 1


def _turn(before: CellLook, after: CellLook) -> str:
    """The sequence from one style to another, the shorter where only colours change."""
    if before[0] == after[0] and all(after[1:]):
        return f"\x1b[{';'.join(new for old, new in zip(before, after, strict=True) if old != new)}m"
    return f"\x1b[{';'.join(('0', *filter(None, after)))}m"
