"""Mini-batch gradient descent with a job's own hyperparameters, early stopping and a metric point a step."""

import math
from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np

from core.progress import Cancel
from core.records.metric_point import MetricPoint
from core.records.record import Chat
from core.rehearsal.learner.classifier import Classifier, are_labels, classifier_for
from core.rehearsal.learner.lesson import Lesson, TableLesson, TextLesson, lesson_of
from core.rehearsal.learner.linear import Learnt, descend, together
from core.rehearsal.learner.memory import Memory
from core.rehearsal.learner.question_head import QuestionHead
from core.rehearsal.learner.ranker import ONE, SEVERAL, Ranker
from core.rehearsal.learner.trained_model import StandIn
from core.rehearsal.learner.wrapper import shared_wrapper

LEARNING_RATE = 0.35  # that a multiplier of 1 stands for
LONGEST_WARMUP = 10  # steps, where a plan does not say

OnStep = Callable[[MetricPoint], None]


class EpochPlan(msgspec.Struct, frozen=True):
    """The hyperparameters of one training run.

    Attributes:
        epochs: Passes over the training set.
        batch_size: Examples a step.
        multiplier: Learning rate in units of the model's own.
        warmup_steps: Steps over which the rate rises to its full height; None for a tenth of the run, at most 10.
        early_stopping_threshold: What the validation loss must fall by to count as better, in nats.
        patience: Epochs in a row without improvement after which training stops; None trains to the end.
        seed: Of the order of the examples.
    """

    epochs: int = 2
    batch_size: int = 32
    multiplier: float = 1.0
    warmup_steps: int | None = None
    early_stopping_threshold: float = 0.001
    patience: int | None = 2
    seed: int = 0


class Trained(msgspec.Struct, frozen=True, eq=False):
    """What a training run leaves behind.

    Attributes:
        model: The model; with a validation set, as it was after its best epoch.
        training: A point a step: the mean loss of the batch, before it was learnt from.
        validation: A point an epoch; none without a validation set.
        stopped_early: Whether patience ended it before the last epoch.
    """

    model: StandIn
    training: tuple[MetricPoint, ...]
    validation: tuple[MetricPoint, ...]
    stopped_early: bool


def train(
    model: StandIn,
    training: Sequence[Chat],
    validation: Sequence[Chat],
    plan: EpochPlan,
    on_step: OnStep | None = None,
    cancel: Cancel | None = None,
) -> Trained:
    """Trains a model on chats; the one given stays as it is, and may itself be a trained one.

    Equal arguments give equal bytes.

    Args:
        model: Where training starts.
        training: Chats that end with the assistant's turn.
        validation: Such chats for the validation loss; may be empty.
        plan: The hyperparameters.
        on_step: Told of every training step as it is done.
        cancel: Checked at every chat and every step.

    Raises:
        CancelledError: When cancelled; nothing is kept.
    """
    cancel = cancel or Cancel()
    lessons, checks = _read(training, cancel), _read(validation, cancel)
    if not lessons:
        return Trained(model, (), (), stopped_early=False)
    learner = _learner(model, lessons)
    best, patience = learner, _Patience(plan)
    order = np.random.default_rng(plan.seed)
    warmup = _warmup(plan, len(lessons))
    steps: list[MetricPoint] = []
    epochs: list[MetricPoint] = []

    for epoch in range(plan.epochs):
        for batch in _batches(lessons, plan.batch_size, order):
            cancel.check()
            rate = LEARNING_RATE * plan.multiplier * min(1.0, (len(steps) + 1) / warmup)
            steps.append(_point(len(steps), epoch, _step(learner, batch, rate, memorise=epoch == 0)))
            if on_step:
                on_step(steps[-1])
        if not checks:
            continue
        epochs.append(_point(len(steps) - 1, epoch, _mean_loss(learner, checks, cancel)))
        if patience.improved(epochs[-1].loss):
            best = _copy(learner)
        if patience.lost:
            break
    stopped_early = bool(checks) and len(epochs) < plan.epochs
    return Trained(best, tuple(steps), tuple(epochs), stopped_early)


def learn(model: StandIn, lesson: Lesson) -> Learnt:
    """The loss of one example: the sum of the parts that exist for it."""
    if isinstance(lesson, TextLesson):
        return _learn_text(model.texts, lesson)
    parts = [
        model.style.learn(lesson.question, lesson.manner),
        model.wrapper.learn(lesson.completion.tag == model.wrapper.tag),
    ]
    if lesson.named:
        parts.append(model.arity.learn(lesson.question, SEVERAL if len(lesson.named) > 1 else ONE))
        parts.append(model.ranker.learn(lesson.features, lesson.named))
    return together(parts)


def _learn_text(texts: Classifier | Memory | None, lesson: TextLesson) -> Learnt:
    if isinstance(texts, Classifier):
        return texts.learn(lesson.slots, lesson.answer)
    return Learnt((texts or Memory()).loss(lesson.content, lesson.answer))


def _step(learner: StandIn, batch: Sequence[Lesson], rate: float, *, memorise: bool) -> float:
    """Learns a batch in place; its mean loss before."""
    learnt = together(learn(learner, lesson) for lesson in batch)
    descend(learnt.updates, rate / len(batch))
    if memorise and isinstance(learner.texts, Memory):
        for lesson in batch:
            if isinstance(lesson, TextLesson):
                learner.texts.remember(lesson.content, lesson.answer)
    return learnt.loss / len(batch)


def _mean_loss(model: StandIn, lessons: Sequence[Lesson], cancel: Cancel) -> float:
    losses = []
    for lesson in lessons:
        cancel.check()
        losses.append(learn(model, lesson).loss)
    return math.fsum(losses) / len(losses)


def _batches(lessons: Sequence[Lesson], size: int, order: np.random.Generator) -> Iterator[list[Lesson]]:
    """All examples once, in a new order; the last batch may be smaller."""
    shuffled = [lessons[at] for at in order.permutation(len(lessons))]
    for start in range(0, len(shuffled), size):
        yield shuffled[start : start + size]


def _learner(model: StandIn, lessons: Sequence[Lesson]) -> StandIn:
    """A copy of the model with weights for what these lessons have that it never met: labels, an XML element."""
    learner = _copy(model)
    wrapper = shared_wrapper([each.completion for each in lessons if isinstance(each, TableLesson)], learner.wrapper)
    answers = [each.answer for each in lessons if isinstance(each, TextLesson)]
    texts = learner.texts
    if answers and are_labels(answers):
        texts = classifier_for(answers, texts if isinstance(texts, Classifier) else None)
    elif answers:
        texts = texts if isinstance(texts, Memory) else Memory()
    return msgspec.structs.replace(learner, wrapper=wrapper, texts=texts)


def _copy(model: StandIn) -> StandIn:
    texts = model.texts
    if isinstance(texts, Classifier):
        texts = Classifier(texts.labels, texts.weights.copy())
    elif isinstance(texts, Memory):
        texts = Memory(texts.entries)
    return StandIn(
        Ranker(model.ranker.dense.copy(), model.ranker.hashed.copy()),
        QuestionHead(model.style.weights.copy()),
        QuestionHead(model.arity.weights.copy()),
        msgspec.structs.replace(model.wrapper, weights=model.wrapper.weights.copy()),
        texts,
    )


def _read(chats: Sequence[Chat], cancel: Cancel) -> list[Lesson]:
    lessons = []
    for chat in chats:
        cancel.check()
        lessons.append(lesson_of(chat))
    return lessons


def _warmup(plan: EpochPlan, examples: int) -> int:
    """Steps until the rate is full, at least 1."""
    if plan.warmup_steps is not None:
        return max(1, plan.warmup_steps)
    return max(1, min(LONGEST_WARMUP, plan.epochs * math.ceil(examples / plan.batch_size) // 10))


def _point(step: int, epoch: int, loss: float) -> MetricPoint:
    return MetricPoint(step, epoch, loss, math.exp(loss))


class _Patience:
    """Counts the epochs in a row that brought no improvement."""

    def __init__(self, plan: EpochPlan) -> None:
        self._threshold = plan.early_stopping_threshold
        self._patience = plan.patience
        self._best = math.inf
        self._idle = 0

    def improved(self, loss: float) -> bool:
        better = loss < self._best - self._threshold
        self._best = loss if better else self._best
        self._idle = 0 if better else self._idle + 1
        return better

    @property
    def lost(self) -> bool:
        return self._patience is not None and self._idle >= self._patience
