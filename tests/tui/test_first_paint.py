"""The first rows are on the screen before anything heavy is imported."""

import subprocess
import sys

import pytest
from screens import opened

SCRIPT = """
import sys
from pathlib import Path
from core.workspace import open_project
from tui.app import Outcrop
from tui.commands import words

HEAVY = {"polars", "numpy", "boto3", "botocore", "plotext", "moto", "jinja2", "sqlglot"}
at_first = []

class Looked(Outcrop):
    def _display(self, screen, renderable):
        at_first.append(HEAVY & set(sys.modules))
        super()._display(screen, renderable)

    def _begin(self):
        self.exit()

Looked(open_project(Path(sys.argv[1])), words, watching=False).run(headless=True)
print(sorted(at_first[0]))
"""


@pytest.mark.parametrize("stage", [1, 2, 5, 6, 7])  # Format and Tune work in a thread from their first moment
def test_nothing_heavy_comes_before_the_first_paint(folder, stage):
    workspace = opened(folder)
    workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', ?)", (str(stage),))
    workspace.close()
    child = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.splitlines()[-1] == "[]"
