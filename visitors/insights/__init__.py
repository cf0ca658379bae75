"""What goes together with what: visits beside work, sky, music and skills, and what could be done about it."""
