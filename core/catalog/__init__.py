"""Leaf: what Bedrock offers, as YAML, and its loader."""

from core.catalog.catalog import Catalog, load
from core.catalog.model import Hyperparameter, Model, Price, Prices, Tuning

__all__ = ["Catalog", "Hyperparameter", "Model", "Price", "Prices", "Tuning", "load"]
