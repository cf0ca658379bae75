"""What rooms above the garden have to do in the very transaction of a change: privacy waits for nobody."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Projects may not be named in public any more, or are deleted: sent with `now` once their rows say so.
left_public: Final = Signal()
# The demonstration is removed, and what else was invented goes with it: sent with `now`.
demo_removed: Final = Signal()
