"""The views of an evaluation as lines: what was found is shown at once, the rest is made once it is looked at."""

from collections.abc import Callable, Sequence
from types import ModuleType

from core.experiments import evaluated
from core.experiments.evaluated import Evaluated
from tui.present import comparison
from tui.present.line import Line, wrap
from tui.tabs.evaluate.figures import Figures
from tui.tabs.evaluate.selection import EvaluateSelection
from tui.tabs.stage import Stage

_DRAWING: Sequence[Line] = [[("drawing…", "dim")]]
_LOWEST = 8  # lines of a chart


class EvaluationViews:
    """Every view but the examples."""

    def __init__(
        self, stage: Stage, selection: EvaluateSelection, figures: Figures, height: Callable[[], int]
    ) -> None:
        """Prepares the views.

        Args:
            stage: The tab.
            selection: The evaluation in sight.
            figures: Makes what takes its time.
            height: Gives the lines of the pane.
        """
        self._stage, self._selection, self._figures, self._height = stage, selection, figures, height
        self._views: dict[str, Callable[[Evaluated, int], Sequence[Line]]] = {
            "scores": self._scores,
            "histograms": self._histograms,
            "models": self._models,
            "cuts": self._cuts,
            "sizes": self._sizes,
            "few-shot": self._shots,
        }

    def lines(self, view: str, width: int) -> Sequence[Line]:
        """A view by its name.

        Raises:
            OutcropError: Nothing can be compared, or the view cannot be made.
        """
        if view == "batches":
            return self._batches(width)
        found = self._selection.found
        return self._views[view](found, width) if found else self._nothing(width)

    def every_model(self, found: Evaluated) -> evaluated.ModelComparisons | None:
        """What all models said to the same test; None while a thread compares them.

        Raises:
            OutcropError: They cannot be compared.
        """
        workspace = self._stage.workspace
        return self._figures.get(
            "models", (found.run.id, found.runs), lambda: evaluated.models(workspace.catalog, workspace.store, found)
        )

    def _nothing(self, width: int) -> list[Line]:
        if self._selection.looking:
            return [[("looking for answers…", "dim")]]
        if self._selection.problem is not None:
            raise self._selection.problem
        job = self._selection.candidate(self._stage.shell.jobs)
        what = f"E evaluates {job.name}." if job else "No job of this project is done yet: 4 goes to Tune."
        return [
            [],
            [(" Nothing is evaluated yet.", "dim")],
            [],
            *([(" " + line, "dim")] for line in wrap(what, width - 1)),
        ]

    def _scores(self, found: Evaluated, width: int) -> Sequence[Line]:
        return comparison.lines(found.comparison, self._stage.workspace.config, width, recall=found.recall)

    def _histograms(self, found: Evaluated, width: int) -> Sequence[Line]:
        height = max(_LOWEST, self._height() // 2)
        basis = found.run.id, width, height
        chart = self._figures.get("histograms", basis, lambda: _charts().histograms(found, width, height))
        return chart or _DRAWING

    def _models(self, found: Evaluated, width: int) -> Sequence[Line]:
        from tui.present.evaluation import model_lines

        made = self.every_model(found)
        return model_lines(made.comparisons, made.names, width) if made else [[("comparing…", "dim")]]

    def _cuts(self, found: Evaluated, width: int) -> Sequence[Line]:
        from tui.present.evaluation import cut_lines

        return cut_lines(found.comparison, width)

    def _sizes(self, found: Evaluated, width: int) -> Sequence[Line]:
        from tui.present.evaluation import size_lines

        workspace, snapshot = self._stage.workspace, self._stage.shell.jobs
        if snapshot is None:
            return [[("asking for the jobs…", "dim")]]
        basis = found.run.id, found.runs, snapshot.jobs
        curve = self._figures.get("curve", basis, lambda: evaluated.sizes(workspace, found, snapshot.jobs))
        if curve is None:
            return [[("scoring…", "dim")]]
        below = size_lines(curve, width)
        height = max(_LOWEST, self._height() - len(below))
        chart = self._figures.get("sizes", (curve, width, height), lambda: _charts().sizes(curve, width, height))
        return [*(chart or _DRAWING), *below]

    def _shots(self, found: Evaluated, width: int) -> Sequence[Line]:
        from tui.present.evaluation import shot_lines

        workspace = self._stage.workspace
        basis = found.run.id, found.runs
        made = self._figures.get("shots", basis, lambda: evaluated.shots(workspace, found))
        if made is None:
            return [[("scoring…", "dim")]]
        below = shot_lines(made, width)
        height = max(_LOWEST, self._height() - len(below))
        chart = self._figures.get(
            "few-shot", (made, width, height), lambda: _charts().shots(made, found, width, height)
        )
        return [*(chart or _DRAWING), *below]

    def _batches(self, width: int) -> Sequence[Line]:
        from tui.present.evaluation import batch_lines

        workspace = self._stage.workspace
        jobs = self._figures.get(
            "batches", self._selection.looks, lambda: evaluated.batches(workspace.connection, workspace.store)
        )
        if jobs is None:
            return [[("asking for the batch jobs…", "dim")]]
        return batch_lines(jobs, workspace.clock.now(), width)


def _charts() -> ModuleType:
    from tui.tabs.evaluate import charts  # brings plotext, which only a chart needs

    return charts
