"""`digital-greenhouse [COMMAND …]`: without a word it sets up and serves; else it is manage.py, or Celery.

In a wheel the rooms lie in `house/` as they lie beside manage.py in a clone, so that `garden` and `social` are names
in nobody's site-packages.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOUSE = HERE / "house" if (HERE / "house").is_dir() else HERE.parent


def main() -> None:
    """Run one command in the house."""
    sys.path.insert(0, str(HOUSE))
    command, *words = sys.argv[1:] or ["start"]
    if command == "celery":  # of the production shape: celery worker, celery beat
        from celery.__main__ import main as celery

        sys.argv = ["celery", "--app", "greenhouse", *words]
        celery()
        return
    import manage

    sys.argv = [sys.argv[0] if Path(sys.argv[0]).stem != "__main__" else "digital-greenhouse", command, *words]
    manage.main()


if __name__ == "__main__":
    main()
