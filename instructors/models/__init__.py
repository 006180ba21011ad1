"""Tables of the supply."""

from instructors.models.calendar import CalendarEntry, EntryKind, FreeSpan, TimeOff, WeeklyHours
from instructors.models.catalogue import Category, Service, ServicePlace, ServiceTie, Subcategory, Subject
from instructors.models.places import Borough, Neighborhood
from instructors.models.profiles import InstructorProfile, ProfileTie

__all__ = [
    "Borough",
    "CalendarEntry",
    "Category",
    "EntryKind",
    "FreeSpan",
    "InstructorProfile",
    "Neighborhood",
    "ProfileTie",
    "Service",
    "ServicePlace",
    "ServiceTie",
    "Subcategory",
    "Subject",
    "TimeOff",
    "WeeklyHours",
]
