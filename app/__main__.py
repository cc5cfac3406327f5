"""`python -m app`: the commands of the service."""

from app.cli import main

if __name__ == "__main__":
    main()
