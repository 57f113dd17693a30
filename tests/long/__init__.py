"""Tests that take minutes: `python -m tests.long NAME`. Each also runs, shorter, in the suite."""
