"""Static files by WhiteNoise, and the owner's media by the same code, each answered whole.

WhiteNoise streams files, and under ASGI Django warns of each, since it has to read a synchronous stream to its end.
These files are small: read at once they cost a fifth less of the processor. Asynchronous, the middleware cost no less.
"""

from __future__ import annotations

import mimetypes
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NotARegularFileError, Response, SlicedFile, StaticFile

from greenhouse.web.csp import PolicyMiddleware

if TYPE_CHECKING:
    from pathlib import Path


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc] # WhiteNoise has no types
    """Middleware: static files, then everything else."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._owed = _headers_owed()

    def serve(self, static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """The file, with the headers that the middlewares behind this one would have added."""
        response = file_response(static_file, request)
        for name, value in self._owed.items():
            response.headers[name] = value
        return response


def media_response(path: Path, request: HttpRequest) -> HttpResponse | None:
    """A file of the owner's, or `None` where there is none."""
    kind, _encoding = mimetypes.guess_type(path.name)
    try:
        file = StaticFile(str(path), [("Content-Type", kind or "application/octet-stream")])
    except NotARegularFileError:  # or none at all
        return None
    return file_response(file, request)


def file_response(file: StaticFile, request: HttpRequest) -> HttpResponse:
    """The file as WhiteNoise answers it (compressed, in part, or 304 without it), read to its end."""
    found = file.get_response(request.method, request.META)
    if found.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        found = _single_byte(file, request) or found
    content = b""
    if found.file is not None:
        with found.file:
            content = found.file.read()
    response = HttpResponse(content, status=int(found.status))
    del response["Content-Type"]
    for name, value in found.headers:
        response[name] = value
    return response


def _single_byte(file: StaticFile, request: HttpRequest) -> Response | None:
    """A range of one byte, such as `bytes=0-0`, which WhiteNoise takes for an empty one."""
    path, headers = file.get_path_and_headers(request.META)
    others = dict(headers)
    size = int(others.pop("Content-Length"))
    start, end = file.get_byte_range(request.META["HTTP_RANGE"], size)
    if start != end:
        return None
    body = SlicedFile(open(path, "rb"), start, end) if request.method == "GET" else None  # noqa: SIM115
    answered = {**others, "Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": "1"}
    return Response(HTTPStatus.PARTIAL_CONTENT, list(answered.items()), body)


def _headers_owed() -> dict[str, str]:
    """Asked of the very middlewares once: they say the same for every static file."""

    def bare(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    answer: Any = bare  # the stubs know middlewares only as the handler chains them
    for middleware in (XFrameOptionsMiddleware, PolicyMiddleware):
        answer = middleware(answer)
    return {name: value for name, value in answer(HttpRequest()).items() if name != "Content-Type"}
