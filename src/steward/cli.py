"""The commands: serve | migrate | user | demo | check | rebuild | replay | explain | settings | openapi."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from steward.settings import Settings, SettingsError, load_settings

app = typer.Typer(
    help="A portfolio server with a mock exchange.", no_args_is_help=True, pretty_exceptions_enable=False
)
users = typer.Typer(help="Accounts.", no_args_is_help=True)
app.add_typer(users, name="user")
console = Console()
complaints = Console(stderr=True)

Port = Annotated[int | None, typer.Option(help="Port to listen on, in place of PORT.")]


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        complaints.print("[red]The settings cannot be used:[/red]")
        for problem in error.problems:
            complaints.print(f"  • {problem}", markup=False, highlight=False)
        raise typer.Exit(2) from error


@app.command()
def serve(port: Port = None) -> None:
    """Serve the API. SQLite is migrated first; PostgreSQL needs `steward migrate` beforehand."""
    from steward.server import serve as run  # noqa: PLC0415 - other commands need no server

    settings = _settings()
    run(settings, port=settings.port if port is None else port)


@app.command()
def migrate(
    to: Annotated[str, typer.Argument(help="A revision, `head` or `base`.")] = "head",
) -> None:
    """Bring the database to the schema of this version."""
    from steward.infrastructure.db.migrate import migrate as run  # noqa: PLC0415 - Alembic is slow to load

    settings = _settings()
    asyncio.run(run(settings.database_url, to, said=console.print))
    console.print("[green]done[/green]")


@app.command()
def check() -> None:
    """Verify every stored figure against the ledger; exits with 1 and the findings when one is wrong."""
    from steward.commands import checked  # noqa: PLC0415 - loads the database layer

    settings = _settings()
    with Progress(console=complaints, transient=True) as progress:
        task = progress.add_task("checking", total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        findings, counts = asyncio.run(checked(settings, told))
    for finding in findings:
        console.print(
            f"{finding.invariant} {finding.subject}: {finding.detail}", markup=False, highlight=False
        )
    shown = ", ".join(f"{count} {name}" for name, count in counts.items())
    console.print(f"{len(findings)} findings in {shown}")
    raise typer.Exit(1 if findings else 0)


@app.command()
def rebuild() -> None:
    """Write the kept history of all years that are over anew; it may run beside a server."""
    from steward.commands import rebuilt  # noqa: PLC0415 - loads the database layer

    settings = _settings()
    with Progress(console=complaints, transient=True) as progress:
        task = progress.add_task("rebuilding", total=None)
        count = asyncio.run(rebuilt(settings, lambda done: progress.update(task, completed=done)))
    console.print(f"{count} portfolios rebuilt")


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="Commands of an exchange, one JSON object a line.")],
    events: Annotated[bool, typer.Option("--events", help="Print each event too.")] = False,
) -> None:
    """Apply a recorded flow of orders from its seed, and print the SHA-256 of everything that happened."""
    from steward.domain.errors import Refusal  # noqa: PLC0415
    from steward.usecases.replay import replay as run  # noqa: PLC0415 - other commands need no exchange

    try:
        with file.open(encoding="utf-8") as lines:
            done = run(lines, print if events else lambda _: None)
    except (OSError, Refusal) as problem:
        complaints.print(str(problem), markup=False)
        raise typer.Exit(1) from problem
    print(done.digest)
    complaints.print(f"{done.lines} events, {done.refused} of them refusals", highlight=False)


@app.command()
def explain(  # noqa: PLR0917 - typer's way to declare options
    figure: Annotated[str, typer.Argument(help="Its path, such as holdings.AAPL.cost_basis.")],
    portfolio: Annotated[int, typer.Option(help="The portfolio's id.")],
    user: Annotated[str, typer.Option(help="The email of its owner.")],
    currency: Annotated[str | None, typer.Option(help="In which currency; else the portfolio's.")] = None,
    start: Annotated[
        datetime | None, typer.Option("--from", help="The close that a period begins with.")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", help="The close that it ends with; else today's.")
    ] = None,
) -> None:
    """Print the tree that a figure came from: formulas, then transactions, prices and rates."""
    from steward.commands import explained  # noqa: PLC0415 - loads the database layer
    from steward.domain.errors import Refusal  # noqa: PLC0415
    from steward.domain.scopes import Crossing, Scope  # noqa: PLC0415
    from steward.explained import LINE_WIDTH, tree_of  # noqa: PLC0415
    from steward.usecases.analysis import Asked  # noqa: PLC0415
    from steward.usecases.explanations import Question  # noqa: PLC0415

    at = datetime.now(UTC)
    question = Question(figure, start.date() if start else None, (end or at).date(), Crossing(Scope()))
    try:
        node = asyncio.run(
            explained(
                _settings(),
                user,
                portfolio,
                asked=Asked(currency=currency),
                question=question,
                at=at,
            )
        )
    except Refusal as refusal:
        complaints.print(refusal.detail, markup=False)
        raise typer.Exit(1) from refusal
    # A tree is cut at the width of the console, whatever wraps: what a leaf is from stands at its end.
    Console(width=LINE_WIDTH).print(tree_of(node), soft_wrap=True)


@app.command()
def demo(port: Port = None) -> None:
    """Load a demo user with a realistic portfolio and orders, then serve on a simulated market."""
    from steward.demo import run  # noqa: PLC0415 - other commands need no demo

    _settings()
    run(port=port, console=console)


@app.command("settings")
def show_settings() -> None:
    """Show every setting as it is now, secrets masked."""
    table = Table("setting", "value")
    for name, value in _settings().shown():
        table.add_row(name, value)
    console.print(table)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from steward.api.app import document  # noqa: PLC0415 - loads the whole API

    json.dump(document(), sys.stdout, indent=2)
    sys.stdout.write("\n")


@users.command("add")
def add_user(email: str) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    from steward.commands import add_user as run  # noqa: PLC0415 - loads the database layer
    from steward.domain.errors import Refusal  # noqa: PLC0415

    password = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    try:
        user = asyncio.run(run(_settings(), email, password, datetime.now(UTC)))
    except Refusal as refusal:
        complaints.print(refusal.detail, markup=False)
        raise typer.Exit(1) from refusal
    console.print(f"{user.id} {user.email}", highlight=False)


@users.command("admin")
def set_admin(
    email: str,
    off: Annotated[bool, typer.Option("--off", help="Make them one no more.")] = False,
) -> None:
    """Make somebody an administrator: they may set the exchange's clock for everybody."""
    from steward.commands import set_admin as run  # noqa: PLC0415 - loads the database layer
    from steward.domain.errors import Refusal  # noqa: PLC0415

    try:
        asyncio.run(run(_settings(), email, is_admin=not off, at=datetime.now(UTC)))
    except Refusal as refusal:
        complaints.print(refusal.detail, markup=False)
        raise typer.Exit(1) from refusal
    console.print(f"{email} is {'no' if off else 'an'} administrator", highlight=False)


def main() -> None:
    """Run the command line."""
    app()
