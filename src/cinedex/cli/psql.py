"""PostgreSQL's own prompt, psql, for `cinedex database connect`."""

import os
import shutil
import subprocess

import typer

from cinedex.foundation.urls import DatabaseUrl

_MISSING = 1
_READ_ONLY = "-c default_transaction_read_only=on"


def open_psql(url: DatabaseUrl, statement: str | None) -> int:
    """Run psql, read-only, with one statement or a prompt; return what it ended with, 1 where there is none."""
    psql = shutil.which("psql")
    if psql is None:
        typer.echo(f"psql is not installed; with it you could look into {url}.", err=True)
        return _MISSING
    # The password goes by the environment: everybody on the machine can read the arguments.
    environment = os.environ | {"PGOPTIONS": _READ_ONLY}
    if url.password is not None:
        environment["PGPASSWORD"] = url.password
    arguments = [psql, "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={url}"]
    if statement is not None:
        # As the other database's answers are shown.
        arguments += ["--tuples-only", "--no-align", "--field-separator= | ", f"--command={statement}"]
    return subprocess.run(arguments, env=environment, check=False).returncode  # noqa: S603 -- no shell reads this
