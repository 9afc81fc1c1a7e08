"""`python -m cinedex`, and the command `cinedex`."""


def main() -> None:
    """Run the command line."""
    # Imported here, since a process that is spawned runs this file too, and needs none of the commands.
    from cinedex.cli.main import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
