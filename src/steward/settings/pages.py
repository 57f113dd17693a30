"""The settings as a person reads them; both pages are committed, and a test says when they have drifted."""

import textwrap

from steward.settings.fields import describe

_INTRODUCTION = """\
# Settings

Steward reads environment variables, and for what they do not say the file named by `ENV_FILE` (`.env`, when
there is one). Nothing is needed to start in development. An empty variable counts as absent. Every problem is
reported at start, at once, by the name of its variable, and `steward settings` shows what is in force.

A **secret** may stand in a file instead: `JWT_SECRET_FILE=/run/secrets/jwt` gives `JWT_SECRET`. In the file
that `ENV_FILE` names an unknown name is a problem; values stand as they are, without `$` expansion.

| variable | default | what it is |
|---|---|---|
"""


def env_example() -> str:
    """The text of `.env.example`: every setting, commented out, with its default."""
    parts = ["# Copy to .env and uncomment what you decide otherwise. Nothing is needed in development.\n"]
    for name, default, description, secret in describe():
        # A default that depends on another setting can be told, not written.
        told = " " in default
        text = description + (f" Default: {default}." if told else "")
        text += f" Or {name}_FILE: a file with it." if secret else ""
        parts += textwrap.wrap(text.replace("`", ""), 100, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"#{name}={'' if told else default}\n")
    return "\n".join(parts)


def settings_page() -> str:
    """The text of `docs/settings.md`: every setting in one table."""
    lines = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {'**Secret.** ' * secret}{description} |"
        for name, default, description, secret in describe()
    ]
    return _INTRODUCTION + "\n".join(lines) + "\n"
