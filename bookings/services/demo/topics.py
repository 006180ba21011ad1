"""Subjects as demo people speak of them, and who would teach which together."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from bookings.services.demo.material import phrases, popular
from instainstru.core.policy import Place
from instructors.models import Category, Subcategory, Subject

# In a hundred instructors, by slug of the category; a category that is not named here gets the last one's share
SHARES = {
    "music": 21, "tutoring-test-prep": 22, "languages": 15, "sports-fitness": 14, "arts": 11, "dance": 9,
}  # fmt: skip
OTHER_SHARE = 8
POPULAR_WEIGHT = 5
# How far from the first subject the next ones are looked for
SAME_SUBCATEGORY, SAME_CATEGORY = 55, 93
AGES = {"toddler": "toddlers", "kids": "children", "teens": "teenagers", "adults": "adults"}
ALL_AGES = 3


@dataclass(frozen=True)
class Topic:
    """A subject, with what is said of it."""

    id: int
    slug: str
    name: str
    phrase: str
    category: str
    subcategory: str
    ages: str
    places: tuple[Place, ...]
    audiences: tuple[str, ...] = ("adults",)


def topic_of(subject: Subject, *, group: Subcategory, category: Category) -> Topic:
    """A subject of the catalogue as it is spoken of: in small letters, but for languages and what has a name."""
    plain = subject.name if category.slug == "languages" else subject.name.lower()
    ages = "all ages" if len(subject.ages) >= ALL_AGES else " and ".join(AGES[age] for age in subject.ages)
    return Topic(
        id=subject.pk,
        slug=subject.slug,
        name=subject.name,
        phrase=phrases().get(subject.slug, plain),
        category=category.slug,
        subcategory=group.slug,
        ages=ages,
        places=tuple(Place(place) for place in subject.places),
        audiences=tuple(subject.ages),
    )


def topics_of(categories: Iterable[Category]) -> list[Topic]:
    """All subjects of the catalogue."""
    return [
        topic_of(subject, group=group, category=category)
        for category in categories
        for group in category.subcategories.all()
        for subject in group.subjects.all()
    ]


class Topics:
    """Subjects by category, to be chosen from."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.by_slug = {topic.slug: topic for topic in sorted(topics, key=lambda topic: (topic.category, topic.slug))}
        self._of: dict[str, list[Topic]] = {}
        for topic in self.by_slug.values():
            self._of.setdefault(topic.category, []).append(topic)

    def first(self, chosen: random.Random) -> Topic:
        """What somebody mainly teaches."""
        shares = [SHARES.get(category, OTHER_SHARE) for category in self._of]
        topics = self._of[chosen.choices(list(self._of), shares)[0]]
        return chosen.choices(topics, [POPULAR_WEIGHT if topic.slug in popular() else 1 for topic in topics])[0]

    def others(self, first: Topic, count: int, chosen: random.Random) -> list[Topic]:
        """So many more subjects that go with the first: mostly close to it, rarely from elsewhere."""
        taken = {first}
        for _ in range(count):
            taken.add(self._beside(first, chosen))
        return sorted(taken - {first}, key=lambda topic: topic.slug)

    def _beside(self, first: Topic, chosen: random.Random) -> Topic:
        near = chosen.randrange(100)
        if near < SAME_SUBCATEGORY:
            return chosen.choice(
                [topic for topic in self._of[first.category] if topic.subcategory == first.subcategory]
            )
        return chosen.choice(self._of[first.category]) if near < SAME_CATEGORY else self.first(chosen)
