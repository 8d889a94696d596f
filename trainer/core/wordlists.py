"""Lists of words, written as one reads them."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, in order."""
    return tuple(text.split())


TITLES = frozenset(listed("mr mrs ms miss mx dr doctor prof professor sir madam dame father sister reverend rev"))
