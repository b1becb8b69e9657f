"""Annotation by a model: what it is told of a record, how it is asked, each reply paid once.

`case` is what a record comes down to, `prompt` the words around it, `forecast` what asking will take, `annotator` who
is asked and how that goes. A judge's verdicts (`core.data.judge`) and rationales (`core.data.rationale`) are
annotations, each with its own reading of the replies.
"""
