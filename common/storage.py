"""Where uploads lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from django.core.files import File


class WholeFiles(FileSystemStorage):
    """Keeps a file whole or not at all: Django's own leaves on a full disk as much as there was room for."""

    def _save(self, name: str, content: File[bytes]) -> str:
        was_there = self.exists(name)
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc] # Django's stubs leave it out
        except OSError:
            if not was_there:
                self.delete(name)
            raise
        return saved
