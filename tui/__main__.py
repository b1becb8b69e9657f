"""`python -m tui` is `outcrop`: how a child process is started, whatever is on the PATH."""

from tui.commands import main

if __name__ == "__main__":
    main()
