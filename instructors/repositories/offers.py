"""Offers: what search reads, copied from profiles and services."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from instainstru.core import policy
from instainstru.core.policy import Place
from instructors.models.offers import BOROUGHS, MARKS
from instructors.models.profiles import LIVE

TENTHS = 10  # of a point

_OFFERS_TEMPLATE = """
    WITH teaching AS (
        SELECT profile.*, greatest(least(floor(
                %(rating)s * (
                    (%(prior)s * %(stars)s + profile.stars_sum) / (%(prior)s + profile.reviews_count) - %(from)s
                ) / (%(most)s - %(from)s)
            ), %(rating)s), 0)::int AS rating_points,
            CASE WHEN profile.reviews_count < %(shown_from)s THEN %(newcomer)s ELSE 0 END AS newcomer_points,
            CASE WHEN profile.photo <> '' THEN %(complete)s / 2 ELSE 0 END
                + CASE WHEN length(profile.bio) >= %(bio)s THEN %(complete)s / 2 ELSE 0 END AS complete_points,
            CASE WHEN profile.reviews_count >= %(shown_from)s THEN round(
                ((%(prior)s * %(stars)s + profile.stars_sum) / (%(prior)s + profile.reviews_count))::numeric, 2
            ) END AS rating
        FROM instructors_instructorprofile AS profile
        JOIN accounts_user AS person ON person.id = profile.user_id
        WHERE profile.user_id = ANY(%(instructors)s) AND {live}
    ), reached AS (
        SELECT served.instructorprofile_id AS instructor_id, %(student)s AS place,
            array_agg(area.id ORDER BY area.id) AS areas, array_agg(DISTINCT area.borough_id) AS boroughs
        FROM instructors_instructorprofile_neighborhoods AS served
        JOIN instructors_neighborhood AS area ON area.id = served.neighborhood_id
        WHERE served.instructorprofile_id = ANY(%(instructors)s)
        GROUP BY served.instructorprofile_id
        UNION ALL
        SELECT teaching.user_id, %(instructor)s, ARRAY[area.id], ARRAY[area.borough_id]
        FROM teaching JOIN instructors_neighborhood AS area ON area.id = teaching.place_neighborhood_id
    )
    INSERT INTO instructors_offer (service_id, instructor_id, subject_id, category_id, place, travel, guard,
        hourly_cents, lengths, levels, ages, neighborhoods, boroughs, rating, rating_points, newcomer_points,
        complete_points, score, marks)
    SELECT service.id, teaching.user_id, subject.id, grouping_.category_id, given.place,
        given.place = %(student)s, teaching.overnight_guard, given.hourly_cents, service.lengths,
        service.levels, service.ages,
        CASE WHEN given.place <> %(online)s THEN coalesce(reached.areas, '{{}}') END,
        CASE WHEN given.place <> %(online)s THEN coalesce(reached.boroughs, '{{}}') END,
        teaching.rating, teaching.rating_points, teaching.newcomer_points, teaching.complete_points,
        teaching.rating_points + teaching.newcomer_points + teaching.complete_points,
        marks.bits
    FROM teaching
    JOIN instructors_service AS service ON service.instructor_id = teaching.user_id AND service.active
    JOIN instructors_serviceplace AS given ON given.service_id = service.id
    JOIN instructors_subject AS subject ON subject.id = service.subject_id
    JOIN instructors_subcategory AS grouping_ ON grouping_.id = subject.subcategory_id
    LEFT JOIN reached ON reached.instructor_id = teaching.user_id AND reached.place = given.place
    CROSS JOIN LATERAL (
        SELECT bit_or(1::bigint << array_position(%(marks)s::text[], mark) - 1) AS bits FROM (
            VALUES ('place:' || given.place),
                ('price:' || width_bucket(given.hourly_cents - 1, %(bands)s::int[]))
            UNION ALL SELECT 'level:' || level FROM unnest(service.levels) AS level
            UNION ALL SELECT 'age:' || age FROM unnest(service.ages) AS age
            UNION ALL SELECT 'rating:' || stars FROM unnest(%(rated)s::text[]) AS stars
                WHERE teaching.rating >= stars::numeric
            UNION ALL SELECT 'borough:' || slug FROM unnest(%(boroughs)s::text[]) AS slug
                WHERE given.place = %(online)s
            UNION ALL SELECT 'borough:' || slug FROM instructors_borough WHERE id = ANY(reached.boroughs)
        ) AS told(mark)
    ) AS marks
"""
_OFFERS = _OFFERS_TEMPLATE.format(live=LIVE)

_TEXTS = """
    INSERT INTO instructors_servicetext (service_id, words)
    SELECT service.id,
        setweight(to_tsvector('simple', person.first_name), 'A')
        || setweight(to_tsvector('english', subject.name || ' ' || array_to_string(subject.search_words, ' ')), 'A')
        || setweight(to_tsvector('english', profile.headline || ' ' || service.description), 'B')
        || setweight(to_tsvector('english', profile.bio), 'C')
    FROM instructors_service AS service
    JOIN instructors_instructorprofile AS profile ON profile.user_id = service.instructor_id
    JOIN accounts_user AS person ON person.id = service.instructor_id
    JOIN instructors_subject AS subject ON subject.id = service.subject_id
    WHERE service.id IN (SELECT service_id FROM instructors_offer WHERE instructor_id = ANY(%(instructors)s))
"""


def rewrite_offers(instructor_ids: Sequence[int]) -> None:
    """Make the offers of these instructors equal to what they offer: none while they are not live.

    Online is given anywhere (null), at the student's place where the instructor travels, at the instructor's
    place where that is. Points for the rating are for the mean that begins with 5 reviews at 4.3. Beside the offers
    stand the words of their services, which search reads as text.
    """
    values: dict[str, Any] = {
        "instructors": list(instructor_ids),
        "student": Place.STUDENT.value,
        "instructor": Place.INSTRUCTOR.value,
        "online": Place.ONLINE.value,
        "prior": policy.RATING_PRIOR_REVIEWS,
        "stars": policy.RATING_PRIOR_STARS,
        "most": policy.MOST_STARS,
        "from": policy.POINTS_FROM_STARS,
        "shown_from": policy.REVIEWS_SHOWN_FROM,
        "rating": policy.POINTS_RATING * TENTHS,
        "newcomer": policy.POINTS_NEWCOMER * TENTHS,
        "complete": policy.POINTS_COMPLETE * TENTHS,
        "bio": policy.COMPLETE_BIO_LENGTH,
        "bands": list(policy.PRICE_BANDS_CENTS),
        "rated": [str(stars) for stars in policy.RATING_BANDS],
        "boroughs": list(BOROUGHS),
        "marks": MARKS,
    }
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM instructors_offer WHERE instructor_id = ANY(%(instructors)s)", values)
        cursor.execute(
            """
            DELETE FROM instructors_servicetext WHERE service_id IN (
                SELECT id FROM instructors_service WHERE instructor_id = ANY(%(instructors)s)
            )
            """,
            values,
        )
        cursor.execute(_OFFERS, values)
        cursor.execute(_TEXTS, values)
