"""What plain words are read by: the names of the catalogue and the map, and what is written alike."""

from collections.abc import Sequence

from instainstru.core.replica import connection_to_read
from instructors.models import Neighborhood, Subject
from instructors.models.profiles import LIVE

Subjects = list[tuple[str, str, list[str]]]
Areas = list[tuple[str, str, str, list[str], list[str]]]
Names = tuple[Subjects, Areas]

LEAST_ALIKE = 0.1  # of pg_trgm: two letters that changed places leave as little of a short word
CANDIDATES = 100


def names() -> Names:
    """Subjects (slug, name, search words) and neighbourhoods (slug, name, borough's slug, nicknames, ZIP codes)."""
    subjects = Subject.objects.order_by("pk").values_list("slug", "name", "search_words")
    areas = Neighborhood.objects.order_by("name").values_list("slug", "name", "borough__slug", "nicknames", "zip_codes")
    return list(subjects), list(areas)


def alike(typed: Sequence[str], known: Sequence[str]) -> dict[str, list[str]]:
    """For each typed word the known ones that are written most like it. In one statement.

    A live instructor's first name is like nothing but itself: who asks for Ana does not mean another word.
    """
    with connection_to_read().cursor() as cursor:
        cursor.execute(
            f"""
            SELECT asked.word, near.word
            FROM unnest(%(typed)s::text[]) AS asked(word)
            CROSS JOIN LATERAL (
                SELECT word, similarity(word, asked.word) AS likeness
                FROM unnest(%(known)s::text[]) AS word
                WHERE similarity(word, asked.word) >= %(least)s
                ORDER BY likeness DESC, word LIMIT %(candidates)s
            ) AS near
            WHERE NOT EXISTS (
                SELECT FROM accounts_user AS person
                JOIN instructors_instructorprofile AS profile ON profile.user_id = person.id
                WHERE {LIVE} AND lower(person.first_name) = asked.word
            )
            """,  # noqa: S608  # a constant
            {"typed": list(typed), "known": list(known), "least": LEAST_ALIKE, "candidates": CANDIDATES},
        )
        found: dict[str, list[str]] = {}
        for word, near in cursor.fetchall():
            found.setdefault(word, []).append(near)
        return found
