"""Live updates: what happened and who is here, to every open socket."""
