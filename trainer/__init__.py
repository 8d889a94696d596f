"""Rehearse the phone call after a job interview."""

import os

# onnxruntime reports how it is used, and keeps what it has not yet reported in a folder of its own, unless it is told
# not to before it is imported. Whoever imports it, here or in a package used here, comes by this line first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
