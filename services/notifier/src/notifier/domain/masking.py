"""What a partner may be told of people: numbers too coarse to find anybody in (A28, R44).

Hiding small cells alone is not enough: a hidden cell is the total less the others, and one person is the
difference of two audiences. So a number under 5 is not told, and every other is rounded down to a multiple of 5,
totals included: neither a sum nor a difference of what is told gives a small cell back.
"""

CELL_MIN = 5


def told(people: int) -> int | None:
    """A count for a partner: none under 5 (0 included), else the multiple of 5 at or below it."""
    return people - people % CELL_MIN or None
