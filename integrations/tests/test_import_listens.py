"""Exports of years of listening: read as they come, interrupted, repeated, and told of by several services."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from integrations.listening import importing
from integrations.listening.importing import PROVIDER, import_listens
from integrations.models import SourceNotes, SyncRun, SyncStatus
from weather.drafts import PlayDraft
from weather.models import MusicMoment, PastPlay, Piece
from weather.music_history import record_history
from weather.music_services import record_past

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.django_db
BEGAN = datetime(2021, 3, 1, 18, 0, tzinfo=UTC)


def spotify(minutes: float, title: str = "Slow Moss", **more: Any) -> dict[str, Any]:
    return {
        "ts": (BEGAN + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ms_played": 200_000,
        "ip_addr": "192.0.2.7",
        "master_metadata_track_name": title,
        "master_metadata_album_artist_name": "Fern & Lichen",
        "spotify_track_uri": "spotify:track:0abc",
        "episode_name": None,
        "incognito_mode": False,
        **more,
    }


def listenbrainz(minutes: float, title: str = "Slow Moss") -> dict[str, Any]:
    track = {"track_name": title, "artist_name": "Fern & Lichen", "additional_info": {"tags": ["folk"]}}
    return {"listened_at": int((BEGAN + timedelta(minutes=minutes)).timestamp()), "track_metadata": track}


def lastfm(minutes: float, title: str = "Slow Moss") -> dict[str, Any]:
    stamp = str(int((BEGAN + timedelta(minutes=minutes)).timestamp()))
    return {"artist": {"mbid": "", "#text": "Fern & Lichen"}, "name": title, "date": {"uts": stamp, "#text": "…"}}


def zipped(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def written(path: Path, said: Any) -> Path:
    path.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    return path


def lines(items: Iterable[Any]) -> str:
    return "\n".join(json.dumps(item) for item in items)


def sources() -> list[str]:
    return sorted(PastPlay.objects.values_list("source", flat=True))


def test_a_zip_of_spotify_comes_in_and_says_what_it_left_out(tmp_path: Path) -> None:
    home = "Spotify Extended Streaming History/"
    audio = [spotify(0), spotify(10, "Skipped", ms_played=4000), spotify(20, "Private", incognito_mode=True)]
    podcast = spotify(
        30,
        "",
        master_metadata_track_name=None,
        episode_name="On peat",
        episode_show_name="Bogs",
        spotify_track_uri=None,
    )
    path = zipped(
        tmp_path / "my_spotify_data.zip",
        {
            f"{home}ReadMe.pdf": "%PDF",
            f"{home}Streaming_History_Audio_2021.json": json.dumps(audio),
            f"{home}Streaming_History_Video_2021.json": json.dumps([podcast, {"ts": "never", "ms_played": 99999}]),
        },
    )
    out, err = StringIO(), StringIO()
    call_command("import_listens", str(path), stdout=out, stderr=err)
    assert "2 plays from Spotify" in out.getvalue()
    assert "3 left out" in out.getvalue()
    play = PastPlay.objects.select_related("piece").get(piece__title="Slow Moss")
    assert (play.played_at, play.month.isoformat(), play.seconds) == (BEGAN, "2021-03-01", 200.0)
    assert (play.piece.artist, play.piece.spotify_id, play.piece.plays) == ("Fern & Lichen", "0abc", 1)
    assert Piece.objects.get(title="On peat").kind == "episode"
    run = SyncRun.objects.get()
    assert (run.provider, run.status, run.counts) == (PROVIDER, "succeeded", {"plays": 2, "known": 0, "left_out": 3})
    assert "192.0.2.7" not in repr(list(PastPlay.objects.values()) + list(Piece.objects.values()))


ROWS = [
    "Fern & Lichen,Peat,Slow Moss,01 Mar 2021 18:00",
    '"Fern & Lichen","Peat, again","Quick Fern",01 Mar 2021 18:10',
]
FILES: dict[str, tuple[str, Any]] = {
    "account.json": (
        "spotify_account",
        [
            {"endTime": f"2021-03-01 18:{minute}", "artistName": "Fern & Lichen", "trackName": name, "msPlayed": 99_000}
            for minute, name in (("00", "Slow Moss"), ("10", "Quick Fern"))
        ],
    ),
    "3.jsonl": ("listenbrainz_export", lines([listenbrainz(0), listenbrainz(10, "Quick Fern")])),
    "listens.json": ("listenbrainz_export", [listenbrainz(0), listenbrainz(10, "Quick Fern")]),
    "pages.json": ("lastfm_export", [{"track": [lastfm(10, "Quick Fern")]}, {"track": [lastfm(0)]}]),
    "recenttracks.json": ("lastfm_export", {"recenttracks": {"track": [lastfm(10, "Quick Fern"), lastfm(0)]}}),
    "stats.json": (
        "lastfm_export",
        {
            "username": "ada",
            "scrobbles": [
                {"track": name, "artist": "Fern & Lichen", "album": "Peat", "date": 1614621600000 + 600_000 * number}
                for number, name in enumerate(("Slow Moss", "Quick Fern"))
            ],
        },
    ),
    "bare.csv": ("lastfm_export", "\r\n".join(ROWS)),
    "ghan.csv": (
        "lastfm_export",
        "\ufeffuts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
        '"1614622200","01 Mar 2021, 18:10","Fern & Lichen","","Peat","","Quick Fern",""\n'
        '"1614621600","01 Mar 2021, 18:00","Fern & Lichen","","Peat","","Slow Moss",""\n',
    ),
    "semicolons.csv": (
        "lastfm_export",
        "Artist;Album;AlbumId;Track;Date#ada\nFern & Lichen;Peat;1;Slow Moss;1614621600000\n"
        '"Fern & Lichen";"Peat";"1";"Quick Fern";"1614622200000"\n',
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_how_it_begins(tmp_path: Path, name: str) -> None:
    source, said = FILES[name]
    imported = import_listens(written(tmp_path / name, said), now=timezone.now())
    assert (imported.new, imported.broken) == (2, 0)
    found = PastPlay.objects.order_by("played_at").values_list("source", "piece__title", "piece__artist", "played_at")
    assert list(found) == [
        (source, "Slow Moss", "Fern & Lichen", BEGAN),
        (source, "Quick Fern", "Fern & Lichen", BEGAN + timedelta(minutes=10)),
    ]


def test_genres_in_an_export_tell_a_coarse_character(tmp_path: Path) -> None:
    import_listens(written(tmp_path / "1.jsonl", lines([listenbrainz(0)])), now=timezone.now())
    piece = Piece.objects.get()
    assert (piece.features_source, piece.genres) == ("genres", ["folk"])
    assert piece.energy is not None


def test_repeating_an_import_adds_nothing_whatever_the_file_is_called(tmp_path: Path) -> None:
    said = [spotify(minutes, f"Song {minutes}") for minutes in range(0, 300, 4)]
    assert import_listens(written(tmp_path / "a.json", said), now=timezone.now()).new == 75
    again = import_listens(written(tmp_path / "b.json", [*said, spotify(400)]), now=timezone.now())
    assert (again.new, again.known) == (1, 75)


def test_what_spotify_and_lastfm_both_tell_counts_once_and_what_was_heard_twice_counts_twice(tmp_path: Path) -> None:
    twice = [spotify(0), spotify(4)]  # one after the other; told when they ended
    began = [lastfm(4 - 3.3), lastfm(-3.3), lastfm(60, "Only there")]
    import_listens(written(tmp_path / "spotify.json", twice), now=timezone.now())
    assert import_listens(written(tmp_path / "lastfm.json", began), now=timezone.now()).known == 2
    assert sources() == ["lastfm_export", "spotify_history", "spotify_history"]


@pytest.mark.parametrize("together", [1, 2, 3])
def test_where_a_transaction_ends_changes_nothing(
    tmp_path: Path, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "TOGETHER", together)
    import_listens(written(tmp_path / "lastfm.json", [lastfm(8), lastfm(4), lastfm(0)]), now=timezone.now())
    looped = [spotify(3.4), spotify(7.4), spotify(11.4), spotify(14.8)]  # a fourth time, while Last.fm was away
    assert import_listens(written(tmp_path / "s.json", looped), now=timezone.now()).new == 1


def test_what_a_player_told_is_not_counted_again_in_whichever_order_it_comes(tmp_path: Path) -> None:
    now = timezone.now().replace(microsecond=0)

    def play(minutes_ago: int) -> PlayDraft:
        moment = now - timedelta(minutes=minutes_ago)
        return PlayDraft("x", "Slow Moss (feat. Rain)", "Fern & Lichen", moment, duration=200.0)

    def export(*minutes_ago: int) -> list[dict[str, Any]]:
        return [spotify(0) | {"ts": (now - timedelta(minutes=ago)).isoformat()} for ago in minutes_ago]

    record_past(drafts=[play(60)], source="scrobbler", now=now)
    assert import_listens(written(tmp_path / "a.json", export(57, 30)), now=now).known == 1
    record_past(drafts=[play(33)], source="scrobbler", now=now)  # the player catches up
    assert MusicMoment.objects.count() == 2
    assert not PastPlay.objects.exists()


def test_an_interrupted_import_keeps_what_it_read_and_goes_on_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.json", [spotify(minutes, f"Song {minutes}") for minutes in range(0, 400, 4)])
    monkeypatch.setattr(importing, "TOGETHER", 20)
    seen: list[list[PlayDraft]] = []

    def stopping(**said: Any) -> int:
        seen.append(list(said["drafts"]))
        if len(seen) == 3:
            raise KeyboardInterrupt
        return record_history(**said)

    monkeypatch.setattr(importing, "record_history", stopping)
    with pytest.raises(CommandError, match="import it again to go on"):
        call_command("import_listens", str(path), stderr=StringIO())
    assert PastPlay.objects.count() == 40
    assert SyncRun.objects.get().error_code == "interrupted"
    assert import_listens(path, now=timezone.now()).new == 60
    assert seen[3][0].title == "Song 160"  # and not the first
    assert SourceNotes.objects.get(provider=PROVIDER).state == {}


@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("a.json", "[]", "no listening"),
        ("a.json", {"days": []}, "no listening"),
        ("a.txt", "hello, world, and, all", "no listening"),
        ("a.csv", "artist,album\nx,y", "no listening"),
        ("empty.json", "", "no listening"),
        ("cut.json", json.dumps([spotify(0), spotify(10, "Cut")])[:-5], "breaks off"),
    ],
)
def test_what_is_no_whole_export_is_told_so(tmp_path: Path, name: str, said: Any, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("import_listens", str(written(tmp_path / name, said)), stdout=StringIO(), stderr=StringIO())
    assert SyncRun.objects.get().status == SyncStatus.FAILED


def test_a_path_that_leads_nowhere_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_listens", str(tmp_path / "nothing.zip"))


def test_a_broken_item_is_counted_and_the_others_are_kept(tmp_path: Path) -> None:
    said = [spotify(0), "text", None, spotify(10, ts="soon"), spotify(20, ms_played="long"), spotify(30, "Last")]
    out, err = StringIO(), StringIO()
    call_command("import_listens", str(written(tmp_path / "a.json", said)), stdout=out, stderr=err)
    assert PastPlay.objects.count() == 2
    assert "3 could not be read" in err.getvalue()
    assert SyncRun.objects.get().status == SyncStatus.PARTIAL
