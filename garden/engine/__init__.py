"""How work becomes growth, form and a place on the island. Pure: numbers in, numbers out."""
