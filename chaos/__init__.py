"""Attacks on a greenhouse of its own, over the loopback interface: `make chaos` (docs/operations.md)."""
