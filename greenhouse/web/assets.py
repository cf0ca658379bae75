"""What Vite built, as the templates name it."""

from __future__ import annotations

import hashlib
from functools import cache

from django.conf import settings
from django_vite.core.asset_loader import DjangoViteAppClient, DjangoViteAssetLoader
from django_vite.core.exceptions import DjangoViteAssetNotFoundError


@cache
def build_id() -> str:
    """Names the frontend that pages written now refer to, so that no page outlives its stylesheet."""
    try:
        manifest = (settings.VITE_BUILD_DIR / ".vite" / "manifest.json").read_bytes()
    except OSError:
        return "none"
    return hashlib.sha256(manifest).hexdigest()[:12]


class BuiltAssets(DjangoViteAppClient):  # type: ignore[misc]
    """A page whose frontend was not built comes without looks and live changes, but it comes.

    `manage.py check` names the missing build (django_vite.W001).
    """

    def generate_vite_asset(self, path: str, **attributes: str) -> str:
        """The tags that load an entry; nothing where there is no build."""
        try:
            return str(super().generate_vite_asset(path, **attributes))
        except DjangoViteAssetNotFoundError:
            return ""

    def generate_vite_asset_url(self, path: str) -> str:
        """The address of one built file; nothing where there is no build."""
        try:
            return str(super().generate_vite_asset_url(path))
        except DjangoViteAssetNotFoundError:
            return ""


def address_of(entry: str) -> str:
    """Where a browser finds a built entry; empty where there is no build."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url(entry))


@cache
def content_of(entry: str) -> str:
    """What was built of an entry; empty where there is no build, or Vite's own server has it."""
    prefix = f"{settings.STATIC_URL}{settings.DJANGO_VITE['default']['static_url_prefix']}/"
    address = address_of(entry)
    if not address.startswith(prefix):
        return ""
    return (settings.VITE_BUILD_DIR / address.removeprefix(prefix)).read_text().strip()
