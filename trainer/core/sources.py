"""Which article a numbered row comes from, so that every rule can name what it rests on."""

from __future__ import annotations

ARTICLES = {
    "000": "How to follow up after an interview",
    "001": "Mastering the art of Post-Interview follow up",
    "002": "How to Effectively Follow Up After an Interview",
    "003": "How to Follow Up After a Job Interview",
    "004": "Job Interview Follow-Up",
}
# What the second reading found (rules.md E1) stands in these articles.
SECOND_READING = {
    "E1-1a": "000", "E1-1b": "002", "E1-2a": "000", "E1-2b": "004", "E1-2c": "004", "E1-3a": "001", "E1-3b": "000",
    "E1-4a": "001", "E1-4b": "003", "E1-4c": "001",
}  # fmt: skip
OURS = "our default"


def article(row: str) -> str:
    """The title of the article that a row such as `000-26` stands in, or 'our default'."""
    return ARTICLES.get(SECOND_READING.get(row, row[:3]), OURS)


def titles(rows: tuple[str, ...]) -> tuple[str, ...]:
    """The articles behind some rows, each once, in order; 'our default' where there is none."""
    return tuple(dict.fromkeys(article(row) for row in rows)) or (OURS,)
