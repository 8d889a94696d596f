"""The pure core: what a call is, what was said, what it is worth and what to practise next.

No files, no clock, no chance, no printing: everything a function here needs comes in as an argument.
"""
