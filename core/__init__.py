"""The core of Outcrop: everything that knows no terminal, usable from a script."""
