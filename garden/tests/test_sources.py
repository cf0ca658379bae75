from __future__ import annotations

import pytest

from garden import sources
from garden.sources import SourceRef, github, remote, root_commit, saved_log


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Owner/some.name.git",
        "https://github.com/Owner/some.name/",
        "https://user:secret@github.com/owner/some.name.git",
        "http://GITHUB.com:80/Owner/Some.Name",
        "git@github.com:Owner/some.name.git",
        "github.com:Owner/some.name",
        "ssh://git@github.com/Owner/some.name",
        "ssh://git@github.com:22/Owner//some.name.git/",
        "ssh://git@ssh.github.com:443/Owner/some.name.git",
        "git+ssh://git@github.com/Owner/some.name",
        "git://www.github.com/Owner/some.name",
        "git@github.com-work:Owner/some.name.git",
        "  https://github.com/Owner/some.name?tab=readme#top\n",
    ],
)
def test_a_remote_is_the_same_in_any_form(url: str) -> None:
    source = remote(url)
    assert source is not None
    assert (source.provider, source.external_id) == ("git", "github.com/owner/some.name")
    assert source.url.lower() == "https://github.com/owner/some.name"
    assert "secret" not in repr(source)


@pytest.mark.parametrize(
    ("url", "external_id"),
    [
        ("https://codeberg.org/ada/engine", "codeberg.org/ada/engine"),
        ("https://gitlab.com/group/sub/engine.git", "gitlab.com/group/sub/engine"),
        ("ssh://git@altssh.gitlab.com:443/ada/engine", "gitlab.com/ada/engine"),
        ("ssh://git@forge.example:2222/ada/engine", "forge.example:2222/ada/engine"),
        ("http://localhost:3000/ada/engine", "localhost:3000/ada/engine"),
        ("ada@nas.local:/srv/git/engine.git", "nas.local/srv/git/engine"),
        ("work:ada/engine", "work/ada/engine"),
        ("https://git.example.org/dotfiles.git", "git.example.org/dotfiles"),
        ("https://github.com.evil.example/a/b", "github.com.evil.example/a/b"),
        ("https://notgithub.com/a/b", "notgithub.com/a/b"),
    ],
)
def test_a_remote_elsewhere_is_its_host_and_its_path(url: str, external_id: str) -> None:
    source = remote(url)
    assert source is not None
    assert source.external_id == external_id
    assert not sources.is_on_github(source)


@pytest.mark.parametrize(
    "url",
    [
        "/srv/a.git", "../a", "./odd:name", "~/a", "C:/code/a", "C:\\code\\a", "file:///srv/a.git", "",
        "https://github.com/",
        "https://host.example:99999/a/b", "https://[broken/a/b", "ext::sh -c true", "git@-oProxyCommand=x:a/b",
        f"host:{'x' * 300}",
    ],
)  # fmt: skip
def test_a_path_on_this_machine_is_no_remote(url: str) -> None:
    assert remote(url) is None


def test_a_host_that_the_ssh_settings_name_replaces_the_alias() -> None:
    source = remote("git@work:ada/engine.git", host="github.com")
    assert source == remote("https://github.com/ada/engine")
    assert sources.remote_host("git@work:ada/engine.git") == "work"
    assert sources.remote_host("ssh://git@work/ada/engine.git") == "work"
    assert sources.remote_host("https://forge/ada/engine.git") == ""


def test_a_repository_on_github_is_known_by_its_number_first() -> None:
    by_number, by_remote = github("Ada/Engine", 7)
    assert (by_number.provider, by_number.external_id, by_number.name) == ("github", "7", "Ada/Engine")
    assert by_remote == remote("git@github.com:Ada/Engine")
    assert github("Ada/Engine") == (by_remote,)
    assert github("", 7) == (SourceRef("github", "7"),)
    assert github("") == ()


def test_the_name_on_github_is_what_its_number_goes_by_now() -> None:
    old = remote("git@github.com:ada/old")
    assert old is not None
    assert sources.github_repo([old, *github("Ada/Engine", 7)]) == "Ada/Engine"
    assert sources.github_repo([old, SourceRef("github", "7")]) == ""  # another repository took its name
    assert sources.github_repo([root_commit("a" * 40), old]) == "ada/old"
    assert sources.github_repo([remote("https://gitlab.com/ada/engine") or old]) == ""
    assert sources.github_repo([]) == ""


def test_the_form_of_a_repository_is_drawn_from_what_it_always_was() -> None:
    lab = remote("https://gitlab.com/Ada/Engine")
    assert lab is not None
    assert sources.seed_text([root_commit("a" * 40), *github("Ada/Engine", 7)]) == "ada/engine"
    assert sources.seed_text([lab, root_commit("a" * 40)]) == "root:" + "a" * 40
    assert sources.seed_text([lab]) == "gitlab.com/ada/engine"
    assert sources.seed_text([saved_log("engine")]) == "log:engine"
    assert sources.seed_text([SourceRef("demo", "lantern")]) == "demo:lantern"
    assert sources.seed_text([]) == ""
