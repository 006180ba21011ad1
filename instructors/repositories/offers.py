"""Offers: what search reads, copied from profiles and services in one statement."""

from collections.abc import Sequence

from django.db import connection

from instainstru.core import policy
from instainstru.core.policy import Place


def rewrite_offers(instructor_ids: Sequence[int]) -> None:
    """Make the offers of these instructors equal to what they offer: none while they are not live.

    Online is given anywhere (null), at the student's place where the instructor travels, at the instructor's
    place where that is. The score is the rating with its confidence: a mean that begins with 5 reviews at 4.3.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM instructors_offer WHERE instructor_id = ANY(%s)", [list(instructor_ids)])
        cursor.execute(
            """
            WITH teaching AS (
                SELECT profile.*,
                    (%(prior)s * %(stars)s + profile.stars_sum) / (%(prior)s + profile.reviews_count) AS mean
                FROM instructors_instructorprofile AS profile
                JOIN accounts_user AS person ON person.id = profile.user_id AND person.is_active
                WHERE profile.user_id = ANY(%(instructors)s) AND profile.live_since IS NOT NULL
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
                hourly_cents, lengths, levels, ages, neighborhoods, boroughs, rating, score)
            SELECT service.id, teaching.user_id, subject.id, grouping_.category_id, given.place,
                given.place = %(student)s, teaching.overnight_guard, given.hourly_cents, service.lengths,
                service.levels, service.ages,
                CASE WHEN given.place <> %(online)s THEN coalesce(reached.areas, '{}') END,
                CASE WHEN given.place <> %(online)s THEN coalesce(reached.boroughs, '{}') END,
                CASE WHEN teaching.reviews_count >= %(shown_from)s THEN round(teaching.mean::numeric, 2) END,
                teaching.mean
            FROM teaching
            JOIN instructors_service AS service ON service.instructor_id = teaching.user_id AND service.active
            JOIN instructors_serviceplace AS given ON given.service_id = service.id
            JOIN instructors_subject AS subject ON subject.id = service.subject_id
            JOIN instructors_subcategory AS grouping_ ON grouping_.id = subject.subcategory_id
            LEFT JOIN reached ON reached.instructor_id = teaching.user_id AND reached.place = given.place
            """,
            {
                "instructors": list(instructor_ids),
                "student": Place.STUDENT.value,
                "instructor": Place.INSTRUCTOR.value,
                "online": Place.ONLINE.value,
                "prior": policy.RATING_PRIOR_REVIEWS,
                "stars": policy.RATING_PRIOR_STARS,
                "shown_from": policy.REVIEWS_SHOWN_FROM,
            },
        )
