"""What changes in a contact: what people write down, and what two of them are together. Pure."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from inbox_recipes.errors import Conflict, InvalidInput, Problem
from inbox_recipes.inbox import Contact, Frozen, Tags
from inbox_recipes.spelling import EMAIL

OWN = ("name", "email", "company", "phone")
MOST = {"tags": 100, "customattributes": 50, "socialprofiles": 40, "merged": 50}
"""All profiles move in the one transaction of a merge, and cases are looked for under each merged id."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
AttributeName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
AttributeValue = Annotated[str, StringConstraints(max_length=500)]
AttributeValues = dict[AttributeName, AttributeValue | None]


class ContactPatch(Frozen):
    """What of a contact is to change; what is not given stays, and null takes away.

    `tags_edit_mode`: `update` replaces all tags, `add` and `delete` change those that are named.
    `customattributes_edit_mode`: `update` sets those that are named, `overwrite` replaces all, `delete`
    takes those away that are named, whatever their value.
    """

    name: Text | None = None
    email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=320)] | None = None
    company: Text | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)] | None = None
    tags: Tags = ()
    tags_edit_mode: Literal["add", "update", "delete"] = "update"
    customattributes: Annotated[AttributeValues, Field(max_length=50, default_factory=dict)]
    customattributes_edit_mode: Literal["update", "overwrite", "delete"] = "update"


def patched(contact: Contact, patch: ContactPatch) -> dict[str, Any]:
    """What the patch says of the contact, limits checked. Raises InvalidInput."""
    given = patch.model_fields_set
    new: dict[str, Any] = {name: getattr(patch, name) for name in OWN if name in given}
    if "tags" in given:
        new["tags"] = _tags(contact.tags, patch)
    if "customattributes" in given:
        new["customattributes"] = _attributes(contact.customattributes, patch)
    problems = [
        Problem(f"/{name}", f"A contact has {most} of these at most; these would be {len(new[name])}.")
        for name, most in MOST.items()
        if name in new and len(new[name]) > most
    ]
    if problems:
        raise InvalidInput(problems)
    return new


def _tags(present: tuple[str, ...], patch: ContactPatch) -> tuple[str, ...]:
    named = {tag.casefold() for tag in patch.tags}
    match patch.tags_edit_mode:
        case "update":
            return patch.tags
        case "add":
            there = {tag.casefold() for tag in present}
            return present + tuple(tag for tag in patch.tags if tag.casefold() not in there)
        case "delete":
            return tuple(tag for tag in present if tag.casefold() not in named)


def _attributes(present: dict[str, str], patch: ContactPatch) -> dict[str, str]:
    """A value of null takes an attribute away in every mode."""
    values = {name: value for name, value in patch.customattributes.items() if value is not None}
    match patch.customattributes_edit_mode:
        case "overwrite":
            return values
        case "update":
            gone = patch.customattributes.keys() - values.keys()
            return {name: value for name, value in {**present, **values}.items() if name not in gone}
        case "delete":
            return {name: value for name, value in present.items() if name not in patch.customattributes}


def together(survivor: Contact, other: Contact) -> dict[str, Any]:
    """What is known of either; where both say something, the survivor is right. Raises Conflict: too much."""
    there = {tag.casefold() for tag in survivor.tags}
    lists: dict[str, Any] = {
        "tags": survivor.tags + tuple(tag for tag in other.tags if tag.casefold() not in there),
        "customattributes": {**other.customattributes, **survivor.customattributes},
        "socialprofiles": tuple(dict.fromkeys((*survivor.socialprofiles, *other.socialprofiles))),
        "merged": tuple(dict.fromkeys((*survivor.merged, other.id, *other.merged))),
    }
    for name, most in MOST.items():
        if len(lists[name]) > most:
            raise Conflict(f"Together they would have {len(lists[name])} {name}, and {most} is the most.")
    known = {name: getattr(survivor, name) or getattr(other, name) for name in OWN}
    return known | lists
