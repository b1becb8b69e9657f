"""Models out of the box: a hand-set prior, and as much generic training as they carry."""

from functools import lru_cache

from core.rehearsal.learner.features import DENSE, featurise
from core.rehearsal.learner.generic_corpus import GenericQuestion, generic_questions
from core.rehearsal.learner.gold import find_gold
from core.rehearsal.learner.linear import descend
from core.rehearsal.learner.question_head import biased_head
from core.rehearsal.learner.ranker import MOSTLY_ONE, Ranker, empty_ranker
from core.rehearsal.learner.style import VERBOSE
from core.rehearsal.learner.trained_model import StandIn
from core.rehearsal.learner.wrapper import plain_wrapper

GENERIC_RATE = 0.006  # of single questions; small, so that hundreds of them move a model little by little
GENERIC_SEED = 1

PRIOR = {
    "label_jaccard": 2.0,
    "label_recall": 1.0,
    "header_precision": 1.0,
    "header_recall": 1.0,
    "label_jaccard_x_header_recall": 2.0,
    "is_number": 1.0,
    "is_header": -1.0,
    "is_label": -1.0,
    "quote_recall": 2.0,
}


@lru_cache(maxsize=8)
def base_model(generic: int) -> StandIn:
    """A model that was never fine-tuned.

    Its ranker starts from a prior set by hand (the cell whose row and column share most words with the question,
    a number before a header) and is then trained on invented tables. It puts answers in full sentences.

    Args:
        generic: Invented questions that it has read; what base models differ by. The measured effect is in
            `docs/rehearsal-learner.md`.
    """
    ranker = empty_ranker()
    ranker.dense[:] = [PRIOR.get(feature, 0.0) for feature in DENSE]
    for each in generic_questions(generic, GENERIC_SEED):
        _read(ranker, each)
    return StandIn(ranker, biased_head(*VERBOSE), biased_head(*MOSTLY_ONE), plain_wrapper())


def _read(ranker: Ranker, each: GenericQuestion) -> None:
    features = featurise(each.grid, "", each.question)
    gold = find_gold(features.candidates, each.answer, each.question)
    descend(ranker.learn(features, gold.named).updates, GENERIC_RATE)
