"""The admin: whose rows support and operations see, and every page and act that is not a list or a row.

Whoever is no staff is sent to the sign-in page, from every address. Nobody adds, changes or deletes a row by hand.
"""

from typing import Any

STAFF = ("sue", "omar")
LESSONS = "view_all_bookings manage_all_bookings"
SUPPLY = "view_all_bookings view_all_users"

# fmt: off
MODELS: dict[str, tuple[str, bool, bool]] = {
    # rows of                        seen by                                            sue    omar
    "account.emailaddress":         ("view_all_users",                                  True,  False),
    "accounts.apitoken":            ("manage_users",                                    False, True),
    "accounts.user":                ("view_all_users manage_users manage_roles",        True,  True),
    "bookings.booking":             (LESSONS,                                           True,  False),
    "core.outboxmessage":           (f"{LESSONS} access_monitoring",                    True,  True),
    "instructors.borough":          (SUPPLY,                                            True,  False),
    "instructors.calendarentry":    (SUPPLY,                                            True,  False),
    "instructors.category":         (SUPPLY,                                            True,  False),
    "instructors.datedhours":       (SUPPLY,                                            True,  False),
    "instructors.instructorprofile": (f"{SUPPLY} moderate_content verify_instructors",  True,  False),
    "instructors.neighborhood":     (SUPPLY,                                            True,  False),
    "instructors.offer":            (SUPPLY,                                            True,  False),
    "instructors.outline":          (SUPPLY,                                            True,  False),
    "instructors.review":           (f"{SUPPLY} moderate_content",                      True,  False),
    "instructors.service":          (SUPPLY,                                            True,  False),
    "instructors.serviceplace":     (SUPPLY,                                            True,  False),
    "instructors.subcategory":      (SUPPLY,                                            True,  False),
    "instructors.subject":          (SUPPLY,                                            True,  False),
    "instructors.timeoff":          (SUPPLY,                                            True,  False),
    "instructors.weeklyhours":      (SUPPLY,                                            True,  False),
}

# What a row's pages answer to who sees it, to who does not.
PAGES_OF_ROWS: tuple[tuple[str, str, int, int], ...] = (
    ("GET",  "",             200, 403),
    ("POST", "",             200, 403),  # without an action: the list again
    ("GET",  "add/",         403, 403),
    ("POST", "add/",         403, 403),
    ("GET",  "{pk}/",        302, 302),  # to the row
    ("GET",  "{pk}/change/", 200, 403),
    ("POST", "{pk}/change/", 403, 403),
    ("GET",  "{pk}/history/", 200, 403),
    ("GET",  "{pk}/delete/", 403, 403),
    ("POST", "{pk}/delete/", 403, 403),
)

ANY = ""  # whoever is staff
STAFF_PAGES: tuple[tuple[str, str, int, int, str], ...] = (
    # method  address                                        sue  omar
    ("GET",  "/admin/",                                      200, 200, ANY),
    ("GET",  "/admin/login/",                                302, 302, ANY),  # they are in
    ("POST", "/admin/login/",                                302, 302, ANY),
    ("GET",  "/admin/logout/",                               405, 405, ANY),
    ("POST", "/admin/logout/",                               302, 302, ANY),
    ("GET",  "/admin/password_change/",                      302, 302, ANY),  # to the page that everybody has
    ("POST", "/admin/password_change/",                      302, 302, ANY),
    ("GET",  "/admin/password_change/done/",                 302, 302, ANY),
    ("GET",  "/admin/autocomplete/",                         403, 403, ANY),  # nothing is completed
    ("GET",  "/admin/jsi18n/",                               200, 200, ANY),
    ("GET",  "/admin/r/10/1/",                               404, 404, ANY),  # no row has a page to be led to
    ("GET",  "/admin/accounts/",                             200, 200, ANY),
    ("GET",  "/admin/bookings/",                             200, 404, ANY),
    ("GET",  "/admin/nowhere/",                              404, 404, ANY),

    ("GET",  "/admin/bookings/booking/{lesson}/cancel/student/", 200, 403, "manage_all_bookings"),
    ("POST", "/admin/bookings/booking/{lesson}/cancel/student/", 302, 403, "manage_all_bookings"),
    ("GET",  "/admin/bookings/booking/{lesson}/cancel/instructor/", 200, 403, "manage_all_bookings"),
    ("POST", "/admin/bookings/booking/{lesson}/cancel/instructor/", 302, 403, "manage_all_bookings"),
    ("GET",  "/admin/bookings/booking/months/",              403, 200, "view_financials"),
    ("GET",  "/admin/bookings/booking/months.csv",           403, 200, "view_financials & export_analytics"),

    ("GET",  "/admin/accounts/user/{student}/act/deactivate/", 403, 200, "manage_users"),
    ("POST", "/admin/accounts/user/{student}/act/deactivate/", 403, 302, "manage_users"),
    ("GET",  "/admin/accounts/user/{student}/act/reactivate/", 403, 200, "manage_users"),
    ("POST", "/admin/accounts/user/{student}/act/reactivate/", 403, 302, "manage_users"),
    ("GET",  "/admin/accounts/user/{student}/act/names/",    403, 200, "manage_users"),
    ("POST", "/admin/accounts/user/{student}/act/names/",    403, 302, "manage_users"),
    ("GET",  "/admin/accounts/user/{student}/act/roles/",    403, 200, "manage_roles"),
    ("POST", "/admin/accounts/user/{student}/act/roles/",    403, 302, "manage_roles"),
    ("GET",  "/admin/accounts/user/{student}/act/nonsense/", 404, 404, ANY),

    ("GET",  "/admin/instructors/instructorprofile/{profile}/act/verify/", 200, 403, "verify_instructors"),
    ("POST", "/admin/instructors/instructorprofile/{profile}/act/verify/", 302, 403, "verify_instructors"),
    ("GET",  "/admin/instructors/instructorprofile/{profile}/act/withdraw/", 200, 403, "verify_instructors"),
    ("POST", "/admin/instructors/instructorprofile/{profile}/act/withdraw/", 302, 403, "verify_instructors"),
    ("GET",  "/admin/instructors/instructorprofile/{profile}/act/words/", 200, 403, "moderate_content"),
    ("POST", "/admin/instructors/instructorprofile/{profile}/act/words/", 302, 403, "moderate_content"),
    ("GET",  "/admin/instructors/instructorprofile/{profile}/act/photo/", 200, 403, "moderate_content"),
    ("POST", "/admin/instructors/instructorprofile/{profile}/act/photo/", 302, 403, "moderate_content"),
    ("GET",  "/admin/instructors/instructorprofile/{profile}/act/suspend/", 200, 403, "moderate_content"),
    ("POST", "/admin/instructors/instructorprofile/{profile}/act/suspend/", 302, 403, "moderate_content"),
    ("GET",  "/admin/instructors/instructorprofile/{profile}/act/restore/", 200, 403, "moderate_content"),
    ("POST", "/admin/instructors/instructorprofile/{profile}/act/restore/", 302, 403, "moderate_content"),

    ("GET",  "/admin/instructors/review/{review}/act/hide/", 200, 403, "moderate_content"),
    ("POST", "/admin/instructors/review/{review}/act/hide/", 302, 403, "moderate_content"),
    ("GET",  "/admin/instructors/review/{review}/act/show/", 200, 403, "moderate_content"),
    ("POST", "/admin/instructors/review/{review}/act/show/", 302, 403, "moderate_content"),
)
# fmt: on

# What the acts are told; the others are sent empty.
TOLD: dict[str, dict[str, Any]] = {
    "names": {"first_name": "Alex", "last_name": "Newname"},
    "roles": {"roles": ["support"]},
    "words": {"headline": "Piano", "bio": "I teach.", "because": "A telephone number."},
    "photo": {"because": "Nobody is on it."},
    "suspend": {"because": "Complaints."},
    "hide": {"because": "A telephone number."},
}
