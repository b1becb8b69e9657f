"""The small model that stands in for Claude in the rehearsal: it reads tables, answers questions, and learns."""

from core.rehearsal.learner.base_models import base_model
from core.rehearsal.learner.trained_model import StandIn
from core.rehearsal.learner.training import EpochPlan, Trained, train

__all__ = ["EpochPlan", "StandIn", "Trained", "base_model", "train"]
