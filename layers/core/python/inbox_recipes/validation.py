"""Checking input against a model, with errors that name the field and what is allowed there."""

from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.spelling import IN_WORDS

PLAIN_WORDS = {
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "tuple_type": "This must be a list.",
    "too_short": "This needs at least {min_length} of them.",
    "too_long": "This can have {max_length} of them at most.",
    "string_type": "This must be a text.",
    "string_too_short": "This needs {min_length} character at least.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than_equal": "This must be {le} at most.",
    "string_too_long": "This can have {max_length} characters at most.",
    "string_pattern_mismatch": "This must be {in_words}.",
}
"""Type of pydantic's error -> how we say it, where pydantic speaks of Python."""


def validated[M: BaseModel](model: type[M], data: Any, at: str = "") -> M:
    """The data as a model. Raises InvalidInput; pointers start at `at`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidInput(problems(error, model, data, at)) from error


def problems(error: ValidationError, model: type[BaseModel], data: Any, at: str = "") -> list[Problem]:
    """Every mistake that pydantic found, as a pointer into the data that was sent."""
    items = [dict(item) for item in error.errors(include_url=False)]
    return [_problem(item, model, data, at) for item in items if not _follows(item, items)]


def _follows(item: dict[str, Any], items: list[dict[str, Any]]) -> bool:
    """Whether a list only counts as too short because its items are wrong, which is said already."""
    loc = item["loc"]
    inside = (other["loc"] for other in items if other is not item)
    return item["type"] == "too_short" and any(other[: len(loc)] == loc for other in inside)


def _problem(item: dict[str, Any], model: type[BaseModel], data: Any, at: str) -> Problem:
    context = item.get("ctx", {})
    path = [*_path(item, data), *str(context.get("key", "")).split("/")]
    pointer = at + "".join(f"/{_escaped(part)}" for part in path if part != "")
    if item["type"] == "extra_forbidden":
        allowed = tuple(_keys(model, item["loc"][:-1]))
        return Problem(pointer, f"There is no field {str(item['loc'][-1])!r} here.", allowed)
    if item["type"] == "missing":
        return Problem(pointer, "This field is required.", _words(model, item["loc"]))
    if item["type"] == "union_tag_not_found":
        tag = str(context["discriminator"]).strip("'")
        return Problem(f"{pointer}/{tag}", "This field is required.", tuple(_tags(model, item["loc"])))
    if item["type"] == "union_tag_invalid":
        tag = str(context["discriminator"]).strip("'")
        detail = f"There is no {tag} {context['tag']!r}."
        return Problem(f"{pointer}/{tag}", detail, _listed(context["expected_tags"]))
    allowed = tuple(context.get("allowed", ())) or _listed(context.get("expected", ""))
    if item["type"] == "string_pattern_mismatch":
        context = {"in_words": IN_WORDS.get(context["pattern"], context["pattern"])}
    ours = PLAIN_WORDS.get(item["type"])
    return Problem(pointer, ours.format(**context) if ours else _sentence(item["msg"]), allowed)


def _sentence(said: str) -> str:
    return said if said.endswith("?") else said.rstrip(".") + "."


def _path(item: dict[str, Any], data: Any) -> list[int | str]:
    """The location without the tags that pydantic puts in for the branches of a union."""
    path: list[int | str] = []
    for part in item["loc"]:
        if not _has(data, part):
            continue
        data = data[part]
        path.append(part)
    return [*path, item["loc"][-1]] if item["type"] == "missing" else path


def _has(data: Any, part: int | str) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(part, int) and isinstance(data, list | tuple) and part < len(data)


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _listed(expected: str) -> tuple[str, ...]:
    """The values in pydantic's "'a', 'b' or 'c'"."""
    words = expected.replace(" or ", ", ").split(", ")
    return tuple(word.strip("'") for word in words if word)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def _at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[type[BaseModel]]:
    """The models that may stand at that location."""
    here = [model]
    for part in loc:
        fields = [
            field
            for candidate in here
            for name, field in candidate.model_fields.items()
            if part in (name, field.alias)
        ]
        if fields:
            here = [found for field in fields for found in _models(field.annotation)]
        else:
            here = [candidate for candidate in here if part in _names(candidate)] or here
    return here


def _names(model: type[BaseModel]) -> tuple[str, ...]:
    """What a union's branch may be called: the value of its `type`, or the model's name."""
    tag = model.model_fields.get("type")
    return (*(get_args(tag.annotation) if tag else ()), model.__name__.lower())


def _words(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The values of a field that has a closed list of them."""
    fields = (each.model_fields.get(str(loc[-1])) for each in _at(model, loc[:-1]))
    kinds = [field.annotation for field in fields if field]
    return tuple(str(word) for kind in kinds if get_origin(kind) is Literal for word in get_args(kind))


def _keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    return [
        field.alias or name for candidate in _at(model, loc) for name, field in candidate.model_fields.items()
    ]


def _tags(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    return [_names(candidate)[0] for candidate in _at(model, loc)]
