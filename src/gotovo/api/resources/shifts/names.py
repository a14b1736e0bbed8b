"""The names of people in answers about their work: a colleague knows a name, and nobody an id."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from msgspec import UNSET, UnsetType

from gotovo.access.staff.grants import person_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.order.values.actor import Actor, Role

Names = Mapping[UUID, str]


async def names_of(dependencies: ApiDependencies, people: Iterable[UUID | None]) -> Names:
    """Return the names of people by their id, in one read; None stands for a program."""
    wanted = {each for each in people if each is not None}
    if not wanted:
        return {}
    found = await dependencies.staff.people.by_id(list(wanted))
    return {id_: person.name for id_, person in found.items()}


def name_in(names: Names, person: UUID | None) -> str | UnsetType:
    """Return a name, left out for a program and for who is not known."""
    return UNSET if person is None else names.get(person, UNSET)


def person_in(author: str | None) -> UUID | None:
    """Return the person in the author of a change (`role:id`), None where it was a program."""
    role, _, id_ = (author or "").partition(":")
    return person_of(Actor(Role(role), id_)) if role in set(Role) else None
