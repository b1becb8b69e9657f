"""The doctor: is this machine, this project and its way to AWS fit for Outcrop, and what helps where it is not."""

from core.doctor.examine import Examination, examine

__all__ = ["Examination", "examine"]
