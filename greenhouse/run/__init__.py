"""How the processes are started, kept alive and reported on."""
