"""The whole program, as it is installed: privacy, the wheel, hostile text, the terminal, documents."""
