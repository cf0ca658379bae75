"""Work at terminals: what the panes of tmux are at becomes weather and vitality, and nothing of it is kept.

`panes.py` looks, `activity.py` makes a number of it, `watching.py` tells the garden.
"""
