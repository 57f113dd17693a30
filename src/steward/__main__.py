"""`python -m steward` is the command `steward`."""

from steward.cli import main

if __name__ == "__main__":
    main()
