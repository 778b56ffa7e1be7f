"""Filters as text: reading it and printing it, for whoever shows or edits a filter in that form."""

from inbox_recipes.filters import Group
from inbox_recipes.filters.query import FilterText, to_group, to_query
from inbox_recipes.http.inbox import plain
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen
from inbox_recipes.validation import validated


class FilterTree(Frozen):
    """A filter as a tree."""

    filter: Group


class ParsedFilter(FilterText, FilterTree):
    """A filter as a tree, and as the text that is printed for it."""


def parse(request: Request) -> Answer:
    """What a text means."""
    tree = to_group(validated(FilterText, request.json()).query)
    return Answer(plain(ParsedFilter(filter=tree, query=to_query(tree))))


def printed(request: Request) -> Answer:
    """The text of a tree."""
    tree = validated(FilterTree, request.json()).filter
    return Answer({"query": to_query(tree)})
