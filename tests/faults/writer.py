"""As a script: writes rows to a store, and says after each that it was acknowledged, until it is killed."""

import sys
from pathlib import Path

from core.store import Store


def main() -> None:
    """`writer.py STORE FIRST`: writes settings named by numbers from FIRST on."""
    store, number = Store(Path(sys.argv[1])), int(sys.argv[2])
    while True:
        store.write("INSERT INTO settings VALUES (?, ?)", (str(number), "x" * 200))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main()
