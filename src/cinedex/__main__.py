"""`python -m cinedex`."""

from cinedex.cli.main import main

if __name__ == "__main__":
    main()
