"""Which project a source is of: finding it, and writing down where it is kept.

`garden/sources.py` has the rules; here they meet the rows. Nothing here tells the browsers: `garden/planting.py` does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from garden import sources
from garden.models import Project, ProjectSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from garden.drafts import ProjectDraft
    from garden.sources import SourceRef

_REPOSITORY: Final = re.compile(
    r"(?:https?://github\.com/)?(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII | re.IGNORECASE
)


def find(draft: ProjectDraft) -> Project | None:
    """The project a draft is about, locked: by the strongest of its sources that is known and not contradicted."""
    for source in draft.sources:
        for project in _known_by(source):
            if not sources.excludes(project.sources.all(), draft.sources, shared=source):
                return project
    return None


def _known_by(source: SourceRef) -> Iterator[Project]:
    """The project that has a source, locked, then one that has the same remote under another name of its host."""
    projects = Project.objects.select_for_update(of=("self",))
    yield from projects.filter(sources__provider=source.provider, sources__external_id=source.external_id)
    if not sources.is_remote(source):
        return
    # An alias of someone's SSH settings does not say which host it is. The name after it does, where only one is known.
    path = sources.path_of(source)
    alike = [
        one
        for one in ProjectSource.objects.filter(provider=sources.GIT, external_id__endswith=f"/{path}")
        if sources.is_remote(one) and sources.path_of(one) == path
    ]
    on_hosts = {one.project_id for one in alike if not sources.is_alias(one)}
    meant = on_hosts if sources.is_alias(source) else {one.project_id for one in alike} - on_hosts
    if len(meant) == 1:
        yield from projects.filter(pk__in=meant)


def unknown(refs: Sequence[SourceRef]) -> list[SourceRef]:
    """Those of the sources that no project has, each once. One query."""
    known = set(ProjectSource.objects.filter(any_of(refs)).values_list("provider", "external_id"))
    return [source for source in sources.each_once(refs) if (source.provider, source.external_id) not in known]


def add(*, project: Project, refs: Sequence[SourceRef], gone_at: datetime | None) -> None:
    """Give a project sources that no other has. Raises `IntegrityError` where one has them after all.

    `gone_at` is for the first: since when it is not shown.
    """
    ProjectSource.objects.bulk_create(
        ProjectSource(
            project=project,
            provider=source.provider,
            external_id=source.external_id,
            name=source.name,
            url=source.url,
            gone_at=gone_at if place == 0 else None,
        )
        for place, source in enumerate(refs)
    )


def is_homecoming(*, project: Project, refs: Sequence[SourceRef]) -> bool:
    """Whether a project that was known by what is on this machine alone now has a home elsewhere. One query."""
    known = list(project.sources.all())
    return bool(known) and all(map(sources.is_local, known)) and not all(map(sources.is_local, refs))


def learn(*, project: Project, refs: Sequence[SourceRef]) -> bool:
    """Write down how a project is known. Returns whether it has another name or home now.

    What another project has stays there, but for what a forge says of a number: the remote that this number goes by now
    is its own, and whoever was known by it went by that name before a rename.
    """
    numbered = [source for source in refs if sources.is_number(source)]
    namesakes = Q(pk__in=[])
    for source in numbered:
        namesakes |= Q(provider=source.provider, name__iexact=source.name) & ~Q(name="")
    known = {(row.provider, row.external_id): row for row in ProjectSource.objects.filter(any_of(refs) | namesakes)}
    changed = False
    for source in sources.each_once(refs):
        row = known.pop((source.provider, source.external_id), None)
        if row is None:
            row = ProjectSource(provider=source.provider, external_id=source.external_id)
        elif row.project_id != project.pk and not (numbered and sources.is_remote(source)):
            continue
        name, url = source.name or row.name, source.url or row.url
        if (row.project_id, row.name, row.url) != (project.pk, name, url):
            row.project, row.name, row.url = project, name, url
            changed |= _saved(row) and bool(name)
    ProjectSource.objects.filter(pk__in=[row.pk for row in known.values()]).update(name="", url="")
    return changed


def _saved(row: ProjectSource) -> bool:
    """Write one row down, unless another process gave the same source to another project just now."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True


def written_repository(text: str, *, project: Project | None) -> str:
    """`owner/name` on GitHub as an owner wrote it, also from a pasted address; empty for none.

    Raises `ValidationError` for what is none, and for one that another than `project` grows from. One query.
    """
    written = text.strip()
    if not written:
        return ""
    match = _REPOSITORY.fullmatch(written)
    if match is None:
        raise ValidationError("Write it as owner/name, or paste the repository's address on github.com.")
    name = match["name"]
    kept_there = ProjectSource.objects.filter(any_of(sources.github(name)))
    others = Project.objects.filter(sources__in=kept_there)
    if other := (others.exclude(pk=project.pk) if project else others).first():
        raise ValidationError(f"{_named(other)} already grows from {name}.")
    return name


def _named(project: Project) -> str:
    """A plant as anyone may hear of it who works in the console: helpers do not know the private ones."""
    return f"“{project}”" if project.listed else "A plant that is not public"


def set_github_repository(*, project: Project, name: str) -> None:
    """Do as the owner says: the project grows from this repository on GitHub and no other; from none if it is empty."""
    if name.lower() != project.github_repo.lower():
        there = [row.pk for row in project.sources.all() if sources.is_on_github(row)]
        ProjectSource.objects.filter(pk__in=there).delete()
    learn(project=project, refs=sources.github(name))


def written_homes(text: str, *, project: Project | None) -> list[SourceRef]:
    """Repositories beside the one on GitHub, as an owner wrote their addresses, one in a line.

    Raises `ValidationError` for what is none, and for one that another than `project` grows from. A query each.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        source = sources.remote(line)
        if source is None or sources.is_alias(source):
            raise ValidationError(f"“{line}” is no address of a repository, such as https://codeberg.org/you/engine.")
        others = Project.objects.filter(sources__in=ProjectSource.objects.filter(any_of([source])))
        if other := (others.exclude(pk=project.pk) if project else others).first():
            raise ValidationError(
                f"{_named(other)} grows from {line} already. Choose both in the list of projects, and make one plant "
                "of two."
            )
        found.append(source)
    return list(sources.each_once(found))


def other_homes(project: Project) -> list[ProjectSource]:
    """The remotes of a project that are not on GitHub. One query where its sources are not read yet."""
    remotes = [row for row in project.sources.all() if sources.is_remote(row) and not sources.is_alias(row)]
    return [row for row in remotes if not sources.is_on_github(row)]


def set_other_homes(*, project: Project, homes: Sequence[SourceRef]) -> None:
    """Do as the owner says: beside GitHub, the project lives at these and nowhere else."""
    wanted = {home.external_id for home in homes}
    gone = [row for row in other_homes(project) if row.external_id not in wanted]
    numbers = [row for row in project.sources.all() if sources.is_number(row) and row.provider != sources.GITHUB]
    left = {row.url for row in gone if row.url}
    doomed = [row.pk for row in [*gone, *(row for row in numbers if row.url in left)]]
    ProjectSource.objects.filter(pk__in=doomed).delete()
    learn(project=project, refs=homes)


def describes(*, project: Project, refs: Sequence[SourceRef]) -> bool:
    """Whether what a source says of a project itself is taken, and not its facts alone. One query.

    Of several forges that have it, the first that still shows it describes it: two would take turns otherwise.
    """
    told = {source.provider for source in refs if sources.is_number(source)}
    homes = [row for row in project.sources.all() if sources.is_number(row)]
    first = next((row for row in homes if row.gone_at is None), homes[0] if homes else None)
    return not told or first is None or first.provider in told


def set_gone(*, project: Project, refs: Sequence[SourceRef], since: datetime | None) -> None:
    """Note since when a service does not show a project, `None` where it does, and set `hidden_by_source` accordingly.

    Of the sources of one draft, the first is who says that it is gone. A project is hidden while any of its sources is,
    unless another forge shows it. The caller saves the project.
    """
    if since is None:
        project.sources.filter(any_of(refs)).update(gone_at=None)
    else:
        project.sources.filter(any_of(refs[:1]), gone_at=None).update(gone_at=since)
    rows = list(project.sources.all())
    shown = {row.provider for row in rows if sources.is_number(row) and row.gone_at is None}
    gone = {row.provider for row in rows if row.gone_at is not None} | ({refs[0].provider} if since else set())
    project.hidden_by_source = bool(gone) and not shown - gone


def any_of(refs: Iterable[SourceRef]) -> Q:
    """The rows of some sources, whosever they are."""
    either = Q(pk__in=[])
    for source in refs:
        either |= Q(provider=source.provider, external_id=source.external_id)
    return either
