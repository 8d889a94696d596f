"""Rehearse the phone call after a job interview."""
