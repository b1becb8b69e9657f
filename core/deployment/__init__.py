"""Stage 7, Deploy: endpoints with a running meter, and a question to see them answer."""

from core.deployment.meter import Meter

__all__ = ["Meter"]
