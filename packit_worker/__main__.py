"""`python -m packit_worker` is the command `packit-worker`."""

from packit_worker.cli import main

if __name__ == "__main__":
    main()
