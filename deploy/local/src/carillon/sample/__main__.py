"""`python -m carillon.sample`: the same as `carillon sample`, in a process of its own."""

from carillon.cli import main

if __name__ == "__main__":
    main(["sample"])
