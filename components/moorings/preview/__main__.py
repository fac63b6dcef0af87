"""Entry point of the command ``moorings``, which requires the extra ``cli``."""

import sys


def main() -> None:
    """Run the command line, or explain how to install it."""
    try:
        import rich  # noqa: F401  # pyright: ignore[reportUnusedImport]

        from moorings.preview import cli
    except ModuleNotFoundError as error:
        if error.name not in {"rich", "typer"}:
            raise
        sys.stderr.write("moorings: the command line is not installed; run: pip install 'moorings[cli]'\n")
        sys.exit(2)
    cli.main()


if __name__ == "__main__":
    main()
