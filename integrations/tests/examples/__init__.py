"""The providers of `docs/adding-a-provider.md`, word for word. They are registered for nobody."""
