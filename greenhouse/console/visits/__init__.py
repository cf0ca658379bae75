"""The console's pages about visitors: pictures of the figures, each with a table beneath."""
