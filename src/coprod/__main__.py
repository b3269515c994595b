"""``python -m coprod`` is the command ``coprod``."""

if __name__ == "__main__":
    from coprod.cli.main import main

    raise SystemExit(main())
