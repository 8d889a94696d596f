"""How large a file may be that a person wrote."""

MOST_BYTES = 1_000_000
