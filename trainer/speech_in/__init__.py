"""How a reply gets in by ear: files or a microphone, a recogniser that turns them into words.

One file an engine or a source. Everything is 16 kHz mono (`core.speech.Recording`) from the door on.
"""
