"""Parts of a resource as a JSON merge patch (RFC 7396), with a type made from the resource's own.

A name that is left out keeps its value, null takes a setting back to its default and an entry out
of a map, an object changes its parts alone, and anything else replaces what there was.
"""

from functools import cache
from typing import Any, Union, cast, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs


@cache
def patch_struct(body: type[Struct], name: str) -> type[Struct]:
    """Return the struct of a patch: the fields of a body, each of which may be left out or null."""
    made = msgspec.defstruct(
        name,
        [(each.encode_name, _part(each.type), UNSET) for each in structs.fields(body)],
        namespace={"__doc__": f"The settings to change. {body.__doc__}"},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    assert issubclass(made, Struct)
    return made


def merged(value: Any, patch: Any) -> Any:
    """Return the value after the patch; neither of them is changed."""
    if not isinstance(patch, dict):
        return patch
    result: dict[str, Any] = dict(cast("dict[str, Any]", value)) if isinstance(value, dict) else {}
    for name, each in cast("dict[str, Any]", patch).items():
        if each is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), each)
    return result


def _part(kind: Any) -> Any:
    """Return the type of a value in a patch, where null takes the value away."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return Union[patch_struct(kind, f"{kind.__name__}Patch"), None, UnsetType]  # noqa: UP007
    if get_origin(kind) is dict:
        key, item = get_args(kind)
        return Union[dict[key, _item(item)], None, UnsetType]  # noqa: UP007
    return Union[kind, None, UnsetType]  # noqa: UP007


def _item(kind: Any) -> Any:
    """Return the type of an entry of a map, which null takes out."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return Union[patch_struct(kind, f"{kind.__name__}Patch"), None]  # noqa: UP007
    return Union[kind, None]  # noqa: UP007
