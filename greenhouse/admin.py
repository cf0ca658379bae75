"""The admin classes of the console, where Django looks for them."""

from greenhouse.console import people, schedule

__all__ = ["people", "schedule"]
