"""Single words of histories: statuses, properties, days."""

import re

MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}

ENGLISH = {"block_author": "block the author", "unhide": "show again"}
"""Words that are said otherwise than they are written."""

FRENCH = {
    "new": "nouveau", "done": "traité", "sent": "envoyé", "unresolved": "non résolu", "pending": "en attente",
    "resolved": "résolu", "open": "à faire", "none": "aucune", "low": "basse", "medium": "moyenne",
    "high": "haute", "urgent": "urgente", "positive": "positif", "negative": "négatif", "neutral": "neutre",
    "disabled": "désactivé", "enabled": "activé", "shadow": "mode simulation", "busy": "occupé",
    "unavailable": "indisponible", "not in the directory": "absent de l'annuaire", "mention": "message",
    "case": "dossier", "sentiment": "sentiment", "language": "langue", "category": "catégorie",
    "country": "pays", "priority": "priorité", "status": "statut", "title": "titre", "filter": "le filtre",
    "topics": "le sujet", "hours": "l'horaire", "trigger": "le déclencheur",
    "mode": "le mode", "loop": "la boucle",
    "draft": "brouillon", "awaiting_approval": "en attente d'approbation", "queued": "en file d'attente",
    "failed": "échec", "unknown": "inconnu", "rejected": "refusée", "skipped": "pas envoyée",
    "True": "oui", "False": "non",
    "hide": "masquer", "unhide": "afficher", "delete": "supprimer", "block_author": "bloquer l'auteur",
    "nothing": "rien", "none of it": "rien de cela",
}  # fmt: skip
"""Words that stand by themselves in an entry -> French."""

DAYS = {
    "Monday": "lundi", "Tuesday": "mardi", "Wednesday": "mercredi", "Thursday": "jeudi", "Friday": "vendredi",
    "Saturday": "samedi", "Sunday": "dimanche", "closed": "fermé",
}  # fmt: skip
_DAY = re.compile(r"\b(?:" + "|".join(DAYS) + r")\b")


def term(word: str) -> str:
    """A word in French, or as it is where there is none: a name, a tag."""
    return FRENCH.get(word, word)


def with_days(text: str) -> str:
    """A text about hours with its days in French."""
    return _DAY.sub(lambda found: DAYS[found.group()], text)
