"""As a script: asks a model a number of things, as an evaluation does, and is killed meanwhile by the test."""

import sys
from pathlib import Path

import msgspec

from core.aws.session import Endpoints, connect_rehearsal
from core.clock import SystemClock
from core.inference import Ask, AskSettings, converse
from core.records.record import Chat, Message
from core.store import Store

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
RUN = "run"


def asks(count: int) -> list[Ask]:
    """As many questions; their ids stand in their texts."""
    return [Ask(f"ask-{n}", Chat((Message("user", f"<question>ask-{n} or not?</question>"),))) for n in range(count)]


def main() -> None:
    """Asks what is not answered yet: `asker.py ENDPOINTS STORE COUNT`."""
    endpoints, store, count = msgspec.json.decode(sys.argv[1], type=Endpoints), Path(sys.argv[2]), int(sys.argv[3])
    converse.run(
        asks(count),
        name=RUN,
        settings=AskSettings(MODEL, at_once=4),
        connection=connect_rehearsal(endpoints),
        store=Store(store),
        clock=SystemClock(),
    )


if __name__ == "__main__":
    main()
