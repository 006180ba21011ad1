"""The supply, for staff."""

from instructors.admin import profiles, reviews, supply

__all__ = ["profiles", "reviews", "supply"]
