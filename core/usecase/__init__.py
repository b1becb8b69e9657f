"""Stage 1, Use case: what the model is for, when it is good enough, and whether fine-tuning is the way."""

from core.usecase.problem_types import (
    KEY_POINTS,
    PROBLEMS,
    RECOMMENDED_USES,
    ProblemType,
    RecommendedUse,
    problem_named,
)

__all__ = ["KEY_POINTS", "PROBLEMS", "RECOMMENDED_USES", "ProblemType", "RecommendedUse", "problem_named"]
