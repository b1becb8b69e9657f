"""Starts the rehearsal's server: `python -P -m core.rehearsal --folder DIR`."""

import argparse
import logging
import os
from pathlib import Path

from core.rehearsal.process import AS_OF, PACE, REGION, Options


def main() -> None:
    """Reads the command line and serves until idle."""
    parser = argparse.ArgumentParser(prog="core.rehearsal")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--as-of", default=AS_OF)
    parser.add_argument("--pace", type=float, default=PACE)
    parser.add_argument("--region", default=REGION)
    parser.add_argument("--faults", default="")
    parser.add_argument("--catalog", default="")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    os.nice(10)  # what a person does in the dashboard comes first
    from core.rehearsal.server import serve

    options = Options(given.as_of, given.pace, given.region, given.faults, given.catalog)
    serve(given.folder, options, ready=lambda _: None)


if __name__ == "__main__":
    main()
