"""How many there are, in French."""


def counted(number: int, one: str, many: str) -> str:
    """`0 fiche`, `1 fiche`, `2 fiches`: French says one of nothing."""
    return f"{number} {one if number < 2 else many}"
