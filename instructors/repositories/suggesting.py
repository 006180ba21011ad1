"""What somebody who is typing may mean."""

from instainstru.core.replica import connection_to_read
from instructors.models.profiles import LIVE

# A name that begins so comes first, then what has the same letters in another order (paino), then what is most alike.
_LIKENESS = """
    CASE WHEN lower({word}) LIKE %(prefix)s THEN 2
        WHEN length({word}) = length(%(typed)s) AND %(letters)s = (
            SELECT string_agg(letter, '' ORDER BY letter COLLATE "C")
            FROM string_to_table(lower({word}), NULL) AS letter
        ) THEN 1
        ELSE 0
    END + similarity(lower({word}), %(typed)s)
"""
_BEGINS = "(lower({word}) LIKE %(prefix)s OR lower({word}) LIKE %(inner)s)"

_LIKE_TEMPLATE = """
    (SELECT 'subject' AS kind, subject.slug, subject.name, category.slug AS category, match.likeness,
        lower(subject.name) LIKE %(prefix)s AS first
    FROM instructors_subject AS subject
    JOIN instructors_subcategory AS grouping_ ON grouping_.id = subject.subcategory_id
    JOIN instructors_category AS category ON category.id = grouping_.category_id
    CROSS JOIN LATERAL (
        SELECT max({likeness_of_word}) AS likeness, bool_or({begins}) AS begins
        FROM unnest(ARRAY[subject.name::text] || subject.search_words::text[]) AS word
    ) AS match
    WHERE match.begins OR match.likeness > 0.35)
    UNION ALL
    (SELECT 'place', area.slug, area.name, NULL, match.likeness, lower(area.name) LIKE %(prefix)s
    FROM (
        SELECT slug, name, nicknames::text[] || zip_codes::text[] AS words FROM instructors_neighborhood
        UNION ALL SELECT slug, name, '{{}}' FROM instructors_borough
    ) AS area CROSS JOIN LATERAL (
        SELECT max({likeness_of_word}) AS likeness, bool_or({begins}) AS begins
        FROM unnest(ARRAY[area.name::text] || area.words) AS word
    ) AS match
    WHERE match.begins OR match.likeness > 0.45 ORDER BY 6 DESC, 5 DESC, 3 LIMIT %(others)s)
    UNION ALL
    (SELECT 'instructor', profile.slug, person.first_name || ' ' || left(person.last_name, 1) || '.', NULL,
        {likeness_of_person}, true
    FROM accounts_user AS person JOIN instructors_instructorprofile AS profile ON profile.user_id = person.id
    WHERE {live} AND %(long)s
        AND lower(person.first_name || ' ' || left(person.last_name, 1) || '.') LIKE %(prefix)s
    ORDER BY person.first_name, person.last_name, profile.slug LIMIT %(others)s)
    ORDER BY first DESC, likeness DESC, name LIMIT %(limit)s
"""
_LIKE = _LIKE_TEMPLATE.format(
    likeness_of_word=_LIKENESS.format(word="word"),
    likeness_of_person=_LIKENESS.format(word="person.first_name"),
    begins=_BEGINS.format(word="word"),
    live=LIVE,
)


def like(words: str, *, limit: int, others: int) -> list[tuple[str, str, str, str | None]]:
    """Subjects, places and live instructors for what was typed: (kind, slug, name, the category's slug of a subject).

    In one statement. At most `others` each of places and of instructors; these by their public name, from two letters
    on.
    """
    typed = words.lower()
    values: dict[str, str | int | bool] = {
        "typed": typed,
        "letters": "".join(sorted(typed)),
        "prefix": _escaped(typed) + "%",
        "inner": "% " + _escaped(typed) + "%",
        "limit": limit,
        "others": others,
        "long": len(typed) > 1,
    }
    with connection_to_read().cursor() as cursor:
        cursor.execute(_LIKE, values)
        return [row[:4] for row in cursor.fetchall()]


def _escaped(text: str) -> str:
    """Text in which LIKE finds itself only."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
