"""How much is taught of what, and where: counted over the offers that search shows."""

from dataclasses import dataclass

from instainstru.core.replica import connection_to_read


@dataclass(frozen=True)
class Tally:
    """How many live instructors, and for which prices per hour: of all, of a category or subject, or in a borough.

    What is None is not told apart. A borough counts who teaches in person there.
    """

    category_id: int | None
    subject_id: int | None
    borough_id: int | None
    instructors: int
    from_cents: int
    to_cents: int


def tallies() -> list[Tally]:
    """The whole city, each category, each subject, and both by borough; in one statement."""
    with connection_to_read().cursor() as cursor:
        cursor.execute(
            """
            SELECT category_id, subject_id, borough, count(DISTINCT instructor_id), min(hourly_cents),
                max(hourly_cents)
            FROM instructors_offer LEFT JOIN LATERAL unnest(boroughs) AS borough ON true
            GROUP BY GROUPING SETS (
                (), (category_id), (category_id, subject_id), (category_id, borough), (category_id, subject_id, borough)
            )
            HAVING count(*) > 0 AND (GROUPING(borough) = 1 OR borough IS NOT NULL)
            """
        )
        return [Tally(*row) for row in cursor.fetchall()]
