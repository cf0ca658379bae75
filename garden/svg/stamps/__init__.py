"""Shapes drawn once and stamped many times."""
