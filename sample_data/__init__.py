"""A table question answering set of our own writing, its generator and its planted faults."""
