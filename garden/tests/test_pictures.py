from __future__ import annotations

from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from PIL import Image

from common import pictures
from garden.forms import MediaForm
from garden.models import ProjectMedia
from garden.tests.factories import ProjectFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from pytest_django import Settings


def upload(picture: Image.Image, kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    written = BytesIO()
    picture.save(written, kind, **options)
    return SimpleUploadedFile(f"holiday.{kind.lower()}", written.getvalue())


def opened(file: Any) -> Image.Image:
    return Image.open(BytesIO(file.read()))


def taken_by_a_camera(side: int = 60) -> SimpleUploadedFile:
    """A picture that stands on its side, with the place it was taken at."""
    picture = Image.new("RGB", (side, side // 2), "green")
    about = Image.Exif()
    about[0x0112] = 6  # turned by a quarter
    about[0x010F] = "QuagmireCamera"
    about.get_ifd(0x8825)[1] = "N"  # GPS
    return upload(picture, exif=about)


def test_what_a_camera_wrote_is_gone_and_the_picture_stands_upright() -> None:
    source = taken_by_a_camera()
    assert b"QuagmireCamera" in source.read()
    kept = pictures.reencoded(source, name="portrait")
    assert kept.name == "portrait.webp"
    data = kept.read()
    assert b"Quagmire" not in data
    assert b"Exif" not in data
    picture = Image.open(BytesIO(data))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (30, 60), {})


def test_a_large_picture_is_made_small_and_a_small_one_stays() -> None:
    assert opened(pictures.reencoded(upload(Image.new("RGB", (900, 300))), name="p", longest_side=90)).size == (90, 30)
    assert opened(pictures.reencoded(upload(Image.new("RGB", (9, 3))), name="p", longest_side=90)).size == (9, 3)


def test_what_is_see_through_stays_so() -> None:
    kept = opened(pictures.reencoded(upload(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"), name="p"))
    assert kept.convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index] # four channels


def test_a_moving_picture_goes_on_moving() -> None:
    frames = [Image.new("P", (8, 8), turn) for turn in range(3)]
    for turn, frame in enumerate(frames):
        frame.putpalette([turn * 80, 0, 0] * 256)
    kept = opened(
        pictures.reencoded(upload(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=200), name="p")
    )
    assert getattr(kept, "n_frames", 1) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"GIF89a",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(pictures.PictureRefused, match="no picture that can be read"):
        pictures.reencoded(SimpleUploadedFile("p.png", content), name="p")


def test_a_picture_that_ends_in_the_middle_is_refused() -> None:
    whole = upload(Image.effect_noise((200, 200), 90).convert("RGB")).read()
    with pytest.raises(pictures.PictureRefused, match="damaged"):
        pictures.reencoded(SimpleUploadedFile("p.jpg", whole[: len(whole) // 2]), name="p")


def test_a_picture_that_its_own_library_gives_up_on_is_refused() -> None:
    whole = upload(Image.new("RGB", (12, 9)), "AVIF").read()
    with pytest.raises(pictures.PictureRefused):
        pictures.reencoded(SimpleUploadedFile("p.avif", whole.replace(b"pitm", b"p\xfftm")), name="p")


def test_a_picture_too_large_to_be_read_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 99)
    with pytest.raises(pictures.PictureRefused, match="million pixels"):
        pictures.reencoded(upload(Image.new("RGB", (10, 10))), name="p")
    monkeypatch.setattr(pictures, "MOST_BYTES", 10)
    with pytest.raises(pictures.PictureRefused, match="larger than"):
        pictures.reencoded(upload(Image.new("RGB", (9, 9))), name="p")


def test_a_picture_that_moves_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_FRAMES", 1)
    frames = [Image.new("L", (4, 4), turn * 99) for turn in range(3)]
    with pytest.raises(pictures.PictureRefused, match="moves for"):
        pictures.reencoded(upload(frames[0], "GIF", save_all=True, append_images=frames[1:]), name="p")


@pytest.mark.django_db
def test_a_projects_pictures_go_the_same_way() -> None:
    form = MediaForm({"alt": "A field", "order": 0}, MultiValueDict({"image": [taken_by_a_camera()]}))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["image"].name == "holiday.webp"
    refused = MediaForm(
        {"alt": "A field", "order": 0}, MultiValueDict({"image": [SimpleUploadedFile("p.png", b"<html>")]})
    )
    assert "no picture" in refused.errors["image"][0]


@pytest.mark.django_db
def test_a_picture_of_before_is_written_anew_by_the_migration_and_one_that_cannot_be_read_is_named(
    settings: Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[Any]]],
) -> None:
    settings.MEDIA_ROOT = tmp_path
    project = ProjectFactory.create()
    old, broken, new = (
        ProjectMedia.objects.create(project=project, image=file, alt="A fern")
        for file in (
            taken_by_a_camera(),
            SimpleUploadedFile("broken.png", b"no picture"),
            pictures.reencoded(taken_by_a_camera(), name="new"),
        )
    )
    with django_capture_on_commit_callbacks(execute=True):
        import_module("garden.migrations.0016_pictures_without_what_cameras_wrote").write_anew(apps, None)
    for media in (old, broken, new):
        media.refresh_from_db()
    kept = sorted(path.name for path in (tmp_path / "projects").iterdir())
    assert kept == sorted(Path(media.image.path).name for media in (old, broken, new))  # the file of before is gone
    assert old.image.name == "projects/holiday.webp"
    with old.image.open() as file:
        assert b"Quagmire" not in file.read()
    assert new.image.name == "projects/new.webp"
    assert "broken.png may still say where it was taken" in caplog.text
