"""A child that measures stretches of an open file: `python -P -m core.data.scan.worker DESCRIPTOR`.

What to do it is told by its standard input.
"""

import gc
import os
import sys

from core.data.scan.block import Spec, Stretch
from core.data.scan.frames import receive, send
from core.data.scan.stretch import measure, measurer_for


def main() -> None:
    """Reads a spec, then stretches, and answers each with a block, until its input ends."""
    os.nice(5)  # the screen comes first
    gc.disable()  # rows hold no cycles, and there are a million of them
    spec = receive(sys.stdin.buffer, Spec)
    if spec is None:
        return
    measurer = measurer_for(spec)
    file = int(sys.argv[1])
    while (stretch := receive(sys.stdin.buffer, Stretch)) is not None:
        send(sys.stdout.buffer, measure(file, stretch, measurer))


if __name__ == "__main__":
    main()
