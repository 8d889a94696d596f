"""The history on disk. The only package that speaks SQL."""
