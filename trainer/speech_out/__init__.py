"""How the other side is heard: a voice that makes samples, the sounds of a telephone, and the loudspeaker.

The caption is on the screen before a voice starts, so whatever fails here costs the sound and nothing else.
"""
