"""The trained judge's adapter. The only package that runs its weights."""
