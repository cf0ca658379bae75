"""Which tags are versions."""

from __future__ import annotations

import pytest

from integrations.versions import is_version


@pytest.mark.parametrize(
    "tag",
    [
        *("v1", "v2.0", "1.0", "1.2.3", "V1.0", "1.0rc2", "0.62a1", "v1.2.3-rc.1", "1.0.0-alpha.1+build5", "1.0.post1"),
        *("2024.05", "2024-05-01", "release-1.2", "release/1.2.3", "REL_9_6_1", "version-3", "r12", "go1.22rc1"),
        *("@scope/name@1.2.3", "name-v1.2.3", "name/v2", "cli@1.0.0-beta.3", "jdk-21.0.1", "OpenSSL_1_1_1w"),
        *("5.3.0.RELEASE", "v2.0.0-canary.1", "3.2.1-SNAPSHOT", "testing-library-v1.2.0", "v0.0.0-20240101"),
    ],
)
def test_a_version_is_a_release(tag: str) -> None:
    assert is_version(tag)


@pytest.mark.parametrize(
    "tag",
    [
        *(
            "latest",
            "nightly",
            "stable",
            "start",
            "june-edition",
            "edition-14",
            "week-7",
            "issue-42",
            "12",
            "2024",
            "v",
        ),
        *("nightly-2024-01-01", "backup-2020-01-01", "deploy-2024-01-05", "production-2024-01-01", "staging-1.2.3"),
        *("build-1.2.3", "archive/v1.2", "before-merge-1.2", "v1.2-old", "pre-1.2-cleanup", "1.x", "", "blob-tag"),
    ],
)
def test_a_tag_for_something_else_is_none(tag: str) -> None:
    assert not is_version(tag)
