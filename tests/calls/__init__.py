"""Black-box scripts: commands as a person or a program would run them, and what must come out."""
