"""The edge of the web process: what stands between a request and a view."""
