"""The terminal side of Outcrop: everything a person sees."""
