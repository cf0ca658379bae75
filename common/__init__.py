"""What every room uses, and nothing of which knows a plant."""
