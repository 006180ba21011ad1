"""Tables of the supply."""

from instructors.models.calendar import CalendarEntry, DatedHours, EntryKind, FreeSpan, TimeOff, WeeklyHours
from instructors.models.catalogue import Category, Service, ServicePlace, ServiceTie, Subcategory, Subject
from instructors.models.favorites import Favorite
from instructors.models.offers import Offer, ServiceText, Sort
from instructors.models.places import Borough, Neighborhood, Outline
from instructors.models.profiles import InstructorProfile, ProfileTie, Served
from instructors.models.reviews import Review

__all__ = [
    "Borough",
    "CalendarEntry",
    "Category",
    "DatedHours",
    "EntryKind",
    "Favorite",
    "FreeSpan",
    "InstructorProfile",
    "Neighborhood",
    "Offer",
    "Outline",
    "ProfileTie",
    "Review",
    "Served",
    "Service",
    "ServicePlace",
    "ServiceText",
    "ServiceTie",
    "Sort",
    "Subcategory",
    "Subject",
    "TimeOff",
    "WeeklyHours",
]
