"""Changing the configuration: create, replace, patch, delete, restore, order.

A change is checked against the rule book at one revision and written only if that still stands, so two
people who change things at once can never leave a recipe that refers to nothing. When only the rule book
moved, the change is checked and written again here; when the member itself changed, its editor is told.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox_recipes.business_hours import HolidayCalendars, Schedule, with_public_holidays
from inbox_recipes.configuration import BODY_LIMIT, Configuration, Kind, Order, Stored, on_since
from inbox_recipes.credentials import FOR_THE_STORE
from inbox_recipes.errors import Conflict, InvalidInput, Problem, RuleBookMoved, Stale
from inbox_recipes.filters.query import FilterText, to_group
from inbox_recipes.flows.secret_keeping import Keeping, out_of_reach
from inbox_recipes.people import Actor
from inbox_recipes.ports import RuleBooks
from inbox_recipes.references import faults, users_of
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.spelling import IN_WORDS
from inbox_recipes.validation import validated

TRIES = 8
"""How often a change is checked again when others change the rule book at the same time."""


@dataclass(frozen=True)
class Editor:
    """Somebody changing the configuration. `seen` is the version a change is based on; nothing is any."""

    configuration: Configuration
    rule_books: RuleBooks
    calendars: HolidayCalendars
    actor: Actor
    now: datetime
    keeping: Keeping
    reaches_loopback: bool = False

    def create(self, kind: Kind, member_id: str, body: Any) -> Stored:
        """A new member. Raises Stale when there is one with that id."""
        _check_id(kind, member_id)
        with self.keeping:
            return _until_written(self.rule_books, lambda book: self._create(kind, member_id, body, book))

    def replace(self, kind: Kind, member_id: str, body: Any, seen: int | None) -> Stored:
        """A member's next version."""

        def change(book: RuleBook) -> Stored:
            before = self._seen(kind, member_id, seen)
            checked = self._checked(kind, member_id, body, book, before.body)
            return self._write(kind, member_id, before, checked, book)

        with self.keeping:
            return _until_written(self.rule_books, change)

    def patch(self, kind: Kind, member_id: str, patch: Any, seen: int | None) -> Stored:
        """A member's next version, from the present one and a JSON merge patch (RFC 7396)."""
        if not isinstance(patch, dict):
            raise InvalidInput([Problem("", "A merge patch is an object.")])

        def change(book: RuleBook) -> Stored:
            before = self._begun(kind, member_id, seen)
            body = {**merged(before.body if before else {}, patch), **_filter_from_text(patch)}
            checked = self._checked(kind, member_id, body, book, before.body if before else None)
            return self._write(kind, member_id, before, checked, book)

        with self.keeping:
            return _until_written(self.rule_books, change)

    def delete(self, kind: Kind, member_id: str, seen: int | None) -> None:
        """End a member that nothing refers to (A5)."""

        def change(book: RuleBook) -> None:
            before = self._seen(kind, member_id, seen)
            users = users_of(kind.name, member_id, book)
            if users:
                raise Conflict(f"The {kind.words} {member_id!r} is in use by {', '.join(users)}.")
            self._write(kind, member_id, before, before.body, book, deleted=True)

        _until_written(self.rule_books, change)

    def restore(self, kind: Kind, member_id: str, version: int, seen: int | None) -> Stored:
        """A member as it was at a version, as its next version; one that was deleted comes back."""
        past = self.configuration.version(kind.name, member_id, version)
        if past.deleted:
            raise Conflict(f"Version {version} is the deletion: restore the one before.")

        def change(book: RuleBook) -> Stored:
            if member_id not in kind.ids(book):
                deletion = self.configuration.versions(kind.name, member_id, 1, None).data[0]
                if seen not in (None, deletion.version):
                    raise Stale(f"The {kind.words} was deleted with version {deletion.version}.")
                return self._create(kind, member_id, past.body, book, past.body)
            before = self._seen(kind, member_id, seen)
            checked = self._checked(kind, member_id, past.body, book, past.body)
            return self._write(kind, member_id, before, checked, book)

        with self.keeping:
            return _until_written(self.rule_books, change)

    def reorder(self, wanted: Sequence[str], seen: int | None) -> Order:
        """Put the recipes in another order: every one of them, once (A31)."""

        def change(book: RuleBook) -> Order:
            before = self.configuration.order()
            if seen not in (None, before.version):
                raise Stale("The order of the recipes has changed since it was read.")
            _check_order(wanted, before)
            after = Order(order=tuple(wanted), version=before.version + 1)
            self.configuration.set_order(after, book.revision)
            return after

        return _until_written(self.rule_books, change)

    def _checked(
        self, kind: Kind, member_id: str, body: Any, book: RuleBook, known: Any = None
    ) -> dict[str, Any]:
        """The body of a member, complete and correct in itself and in all that it refers to.

        It may go on with credentials of the body that is `known`.
        """
        body = with_tree(body)
        size = len(json.dumps(body, ensure_ascii=False))
        if size > BODY_LIMIT:
            detail = f"A {kind.words} has at most {BODY_LIMIT} characters of JSON; this one has {size}."
            raise InvalidInput([Problem("", detail)])
        model = validated(kind.model, body)
        problems = faults(model, book, member_id=member_id)
        problems += out_of_reach(model, reaches_loopback=self.reaches_loopback)
        if problems:
            raise InvalidInput(problems)
        if isinstance(model, Schedule):
            model = with_public_holidays(model, self.calendars, self.now)
        return self.keeping.kept(model, known).model_dump(mode="json", by_alias=True, context=FOR_THE_STORE)

    def _create(self, kind: Kind, member_id: str, body: Any, book: RuleBook, known: Any = None) -> Stored:
        present = kind.ids(book)
        if member_id in present:
            raise Stale(f"There is already a {kind.words} with the id {member_id!r}.")
        if len(present) >= kind.most:
            raise Conflict(f"There are {kind.most} {kind.many}, and that is the most there can be.")
        return self._write(kind, member_id, None, self._checked(kind, member_id, body, book, known), book)

    def _begun(self, kind: Kind, member_id: str, seen: int | None) -> Stored | None:
        """The member; nothing for a single one that was never changed, which has version 0."""
        if not kind.single or self.configuration.of_kind(kind.name):
            return self._seen(kind, member_id, seen)
        if seen not in (None, 0):
            raise Stale(f"The {kind.words} is at version 0: nobody has changed it yet.")
        return None

    def _seen(self, kind: Kind, member_id: str, seen: int | None) -> Stored:
        before = self.configuration.get(kind.name, member_id)
        if seen not in (None, before.version):
            raise Stale(f"The {kind.words} is at version {before.version} by now.")
        return before

    def _write(
        self, kind: Kind, member_id: str, before: Stored | None, body: dict[str, Any], book: RuleBook,
        *, deleted: bool = False,
    ) -> Stored:  # fmt: skip
        past = [before] if before else self.configuration.versions(kind.name, member_id, 1, None).data
        after = Stored(
            kind=kind.name,
            id=member_id,
            version=past[0].version + 1 if past else 1,
            revision=book.revision + 1,
            body=body,
            on_since=on_since(before, body, self.now) if kind.name == "recipe" and not deleted else None,
            added=before.added if before else self.now,
            updated=self.now,
            by=self.actor,
            deleted=deleted,
        )
        self.configuration.write(before, after)
        return after


def _until_written[T](rule_books: RuleBooks, change: Callable[[RuleBook], T]) -> T:
    for _ in range(TRIES - 1):
        try:
            return change(rule_books.current())
        except RuleBookMoved:
            continue
    return change(rule_books.current())


def with_tree(body: Any, at: str = "") -> Any:
    """The body with the tree of its filter, where that is given as text; pointers start at `at`."""
    return {**body, **_filter_from_text(body, at)} if isinstance(body, dict) else body


def _filter_from_text(body: dict[str, Any], at: str = "") -> dict[str, Any]:
    given = body.get("filter")
    if isinstance(given, str):
        raise InvalidInput(
            [Problem(f"{at}/filter", 'A filter as text is an object: {"query": "language:fr"}.')]
        )
    if not isinstance(given, dict) or "query" not in given:
        return {}
    text = validated(FilterText, given, f"{at}/filter").query
    return {"filter": to_group(text, f"{at}/filter/query").model_dump(mode="json", by_alias=True)}


def merged(present: Any, patch: Any) -> Any:
    """A JSON merge patch applied: null takes a key out, an object goes into an object, else it replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(present) if isinstance(present, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def _check_id(kind: Kind, member_id: str) -> None:
    if not re.fullmatch(kind.id_spelling, member_id):
        detail = f"The id of a {kind.words} is {IN_WORDS[kind.id_spelling]}."
        raise InvalidInput([Problem("{id}", detail)])


def _check_order(wanted: Sequence[str], before: Order) -> None:
    problems = [
        Problem(f"/order/{index}", f"There is no recipe with the id {recipe_id!r}.", before.order)
        for index, recipe_id in enumerate(wanted)
        if recipe_id not in before.order
    ]
    problems += [
        Problem(f"/order/{index}", f"{recipe_id!r} stands here twice.")
        for index, recipe_id in enumerate(wanted)
        if recipe_id in wanted[:index]
    ]
    missing = tuple(recipe_id for recipe_id in before.order if recipe_id not in wanted)
    if missing:
        problems.append(Problem("/order", "Recipes are missing from the order.", missing))
    if problems:
        raise InvalidInput(problems)
