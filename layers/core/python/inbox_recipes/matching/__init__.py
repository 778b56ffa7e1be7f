"""The compiled rule book: which recipes an occurrence concerns, without asking each of them.

It answers as the plain interpreter does (`rule_book.evaluate`), on every input; a property test holds
the two against each other. What it compiles is trigger, topics and filter; mode, loops and hours of the
few recipes that remain are looked at one by one.
"""

from inbox_recipes.matching.matcher import Matcher, Matchers, undisturbed

__all__ = ["Matcher", "Matchers", "undisturbed"]
