"""Which article a numbered row comes from, so that every rule can name what it rests on."""

from __future__ import annotations

ARTICLES = {
    "000": "How to follow up after an interview",
    "001": "Mastering the art of Post-Interview follow up",
    "002": "How to Effectively Follow Up After an Interview",
    "003": "How to Follow Up After a Job Interview",
    "004": "Job Interview Follow-Up",
}
OURS = "our default"


def article(row: str) -> str:
    """The title of the article that a row such as `000-26` stands in, or 'our default'."""
    return ARTICLES.get(row[:3], OURS)


def titles(rows: tuple[str, ...]) -> tuple[str, ...]:
    """The articles behind some rows, each once, in order; 'our default' where there is none."""
    return tuple(dict.fromkeys(article(row) for row in rows)) or (OURS,)
