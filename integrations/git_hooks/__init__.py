"""The hook that tells the garden of commits: a script for repositories anywhere, and how it gets into one."""
