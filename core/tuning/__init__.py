"""Stage 4, Tune: hyperparameters with the article's advice, a forecast, and a submit that happens once."""

from core.tuning.advice import Advice, advise
from core.tuning.forecast import TrainingForecast, forecast

__all__ = ["Advice", "TrainingForecast", "advise", "forecast"]
