"""Every address of the site and its API × every method × every kind of person, and the names that each asks for.

Sam takes a lesson with Ana, Noor one with Iris. `{holes}` are Ana's and Sam's things: the walk asks for those of Iris
and Noor, too, and expects the same of the people the other way round. Sue is support and nothing else, Omar operations.
"""

PEOPLE = ("guest", "sam", "noor", "ana", "iris", "sue", "omar")
OTHER_WAY_ROUND = ("guest", "noor", "sam", "iris", "ana", "sue", "omar")

# What a row asks for, at the end of its line: any one of these names.
PUBLIC = ""  # whoever comes
MEMBER = "manage_own_profile"
PASSWORD = "change_own_password"
TOKENS = "manage_own_api_tokens"
LEAVE = "delete_own_account"
MINE = "view_own_bookings"
BOOK = "create_bookings"
SEE = "view_booking_details view_incoming_bookings view_all_bookings"
TAUGHT = "view_incoming_bookings"
EARN = "view_own_instructor_analytics"
PROFILE = "manage_instructor_profile"
SERVICES = "manage_services"
TIME = "manage_availability"
MONITOR = "access_monitoring"
NUMBERS = "view_all_bookings access_monitoring"

Row = tuple[str, str, int, int, int, int, int, int, int, str]

# fmt: off
TABLE: tuple[Row, ...] = (
    # method   address                              guest  sam  noor  ana  iris  sue  omar
    ("GET",    "/",                                  200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/instructors/",                      200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/instructors/?q=piano+tomorrow+after+5", 200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/instructors/search/facets/?service=piano", 302, 302, 302, 302, 302, 302, 302, PUBLIC),  # htmx' own
    ("GET",    "/how-we-rank/",                      200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/suggest?q=pia",                     200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/subjects/",                         200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/subjects/music/",                   200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/subjects/music/piano/",             200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/subjects/music/piano/brooklyn/",    200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/instructors/ana-r/",                200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/photos/00000000000000000000000000000000.webp", 404, 404, 404, 404, 404, 404, 404, PUBLIC),  # nobody's
    ("POST",   "/recent-searches/clear/",            303, 303, 303, 303, 303, 303, 303, PUBLIC),
    ("GET",    "/sitemap.xml",                       200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/sitemap-static.xml",                200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/sitemap-subjects.xml",              200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/sitemap-boroughs.xml",              200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/sitemap-instructors-{part}.xml",    200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/robots.txt",                        200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/llms.txt",                          200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/calendar/{feed}.ics",               200, 200, 200, 200, 200, 200, 200, PUBLIC),  # secret
    ("GET",    "/favorites/",                        302, 200, 200, 200, 200, 200, 200, MEMBER),
    ("POST",   "/favorites/ana-r/add/",              302, 303, 303, 303, 303, 303, 303, MEMBER),
    ("POST",   "/favorites/ana-r/remove/",           302, 303, 303, 303, 303, 303, 303, MEMBER),

    # Lessons: their two people act, support looks on (and acts in the admin).
    ("GET",    "/book/{service}/?{time}",            302, 200, 200, 400, 200, 403, 403, BOOK),  # Ana: her own
    ("POST",   "/book/{service}/",                   302, 303, 303, 400, 303, 403, 403, BOOK),
    ("GET",    "/lessons/",                          302, 200, 200, 200, 200, 200, 200, MINE),
    ("GET",    "/lessons/{reference}/",              302, 200, 404, 200, 404, 200, 403, SEE),
    ("GET",    "/lessons/{reference}/booked/",       302, 200, 404, 200, 404, 200, 403, SEE),
    ("POST",   "/lessons/{reference}/cancel/",       302, 303, 404, 303, 404, 403, 403, SEE),
    ("GET",    "/lessons/{reference}/again/",        302, 302, 404, 403, 404, 403, 403, BOOK),
    ("GET",    "/lessons/{reference}/lesson.ics",    302, 200, 404, 200, 404, 200, 403, SEE),
    ("POST",   "/lessons/{reference}/complete/",     302, 403, 404, 409, 404, 403, 403, SEE),  # it is not over yet
    ("POST",   "/lessons/{reference}/note/",         302, 403, 404, 303, 404, 403, 403, SEE),
    ("GET",    "/lessons/feed/",                     302, 200, 200, 200, 200, 200, 200, MINE),
    ("POST",   "/lessons/feed/",                     302, 303, 303, 303, 303, 303, 303, MINE),
    ("POST",   "/lessons/feed/renew/",               302, 303, 303, 303, 303, 303, 303, MINE),
    ("POST",   "/lessons/feed/revoke/",              302, 303, 303, 303, 303, 303, 303, MINE),

    # Teaching: whose it is, is who is signed in; what another has is not there.
    ("GET",    "/teaching/",                         302, 403, 403, 200, 200, 403, 403, TAUGHT),
    ("GET",    "/teaching/calendar/",                302, 403, 403, 200, 200, 403, 403, TAUGHT),
    ("GET",    "/teaching/past/",                    302, 403, 403, 200, 200, 403, 403, TAUGHT),
    ("GET",    "/teaching/earnings/",                302, 403, 403, 200, 200, 403, 403, EARN),
    ("GET",    "/teaching/earnings/2027-03.csv",     302, 403, 403, 200, 200, 403, 403, EARN),
    ("GET",    "/teaching/hours/",                   302, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/teaching/hours/",                   302, 403, 403, 303, 303, 403, 403, TIME),
    ("GET",    "/teaching/services/",                302, 403, 403, 200, 200, 403, 403, SERVICES),
    ("GET",    "/teaching/services/new/",            302, 403, 403, 200, 200, 403, 403, SERVICES),
    ("POST",   "/teaching/services/new/",            302, 403, 403, 303, 303, 403, 403, SERVICES),
    ("GET",    "/teaching/services/{service}/",      302, 403, 403, 200, 404, 403, 403, SERVICES),
    ("POST",   "/teaching/services/{service}/",      302, 403, 403, 303, 404, 403, 403, SERVICES),
    ("POST",   "/teaching/services/{service}/pause/", 302, 403, 403, 303, 404, 403, 403, SERVICES),
    ("POST",   "/teaching/services/{service}/resume/", 302, 403, 403, 303, 404, 403, 403, SERVICES),
    ("POST",   "/teaching/services/{service}/delete/", 302, 403, 403, 303, 404, 403, 403, SERVICES),
    ("GET",    "/teaching/setup/",                   302, 200, 200, 200, 200, 200, 200, MEMBER),  # whoever likes
    ("POST",   "/teaching/setup/",                   302, 303, 303, 303, 303, 303, 303, MEMBER),
    ("GET",    "/teaching/setup/profile/",           302, 403, 403, 200, 200, 403, 403, PROFILE),
    ("POST",   "/teaching/setup/profile/",           302, 403, 403, 303, 303, 403, 403, PROFILE),
    ("GET",    "/teaching/setup/photo/",             302, 403, 403, 200, 200, 403, 403, PROFILE),
    ("POST",   "/teaching/setup/photo/",             302, 403, 403, 422, 422, 403, 403, PROFILE),  # without a file
    ("POST",   "/teaching/setup/photo/remove/",      302, 403, 403, 409, 409, 403, 403, PROFILE),  # they are live
    ("GET",    "/teaching/setup/places/",            302, 403, 403, 200, 200, 403, 403, PROFILE),
    ("POST",   "/teaching/setup/places/",            302, 403, 403, 303, 303, 403, 403, PROFILE),
    ("POST",   "/teaching/setup/live/",              302, 403, 403, 303, 303, 403, 403, PROFILE),
    ("GET",    "/teaching/settings/",                302, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/teaching/settings/",                302, 403, 403, 303, 303, 403, 403, TIME),
    ("GET",    "/teaching/week/",                    302, 403, 403, 302, 302, 403, 403, TIME),
    ("GET",    "/teaching/weeks/2027-03-01/",        302, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/teaching/weeks/2027-03-01/",        302, 403, 403, 303, 303, 403, 403, TIME),
    ("GET",    "/teaching/weeks/2027-03-01/apply/",  302, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/teaching/weeks/2027-03-01/apply/",  302, 403, 403, 303, 303, 403, 403, TIME),
    ("GET",    "/teaching/time-off/",                302, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/teaching/time-off/",                302, 403, 403, 303, 303, 403, 403, TIME),
    ("POST",   "/teaching/time-off/{time_off}/delete/", 302, 403, 403, 303, 404, 403, 403, TIME),

    # One's account. Ana and Iris have an app, a passkey and recovery codes; the others have none.
    ("GET",    "/accounts/login/",                   200, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("POST",   "/accounts/login/",                   302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("GET",    "/accounts/signup/",                  200, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("POST",   "/accounts/signup/",                  302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("GET",    "/accounts/logout/",                  302, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("POST",   "/accounts/logout/",                  302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("GET",    "/accounts/inactive/",                200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/accounts/",                         302, 200, 200, 200, 200, 200, 200, MEMBER),
    ("POST",   "/accounts/",                         302, 303, 303, 303, 303, 303, 303, MEMBER),
    ("GET",    "/accounts/reauthenticate/",          302, 200, 200, 200, 200, 200, 200, MEMBER),
    ("POST",   "/accounts/reauthenticate/",          302, 302, 302, 302, 302, 302, 302, MEMBER),
    ("GET",    "/accounts/email/",                   302, 200, 200, 200, 200, 200, 200, MEMBER),
    ("POST",   "/accounts/email/",                   302, 302, 302, 302, 302, 302, 302, MEMBER),
    ("GET",    "/accounts/confirm-email/",           200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/accounts/confirm-email/no-such-key/", 404, 404, 404, 404, 404, 404, 404, PUBLIC),
    ("POST",   "/accounts/confirm-email/no-such-key/", 404, 404, 404, 404, 404, 404, 404, PUBLIC),
    ("GET",    "/accounts/password/change/",         302, 200, 200, 200, 200, 200, 200, PASSWORD),
    ("POST",   "/accounts/password/change/",         302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("GET",    "/accounts/password/reset/",          200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("POST",   "/accounts/password/reset/",          302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("GET",    "/accounts/password/reset/done/",     200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/accounts/password/reset/key/1-no-such-key/", 404, 404, 404, 404, 404, 404, 404, PUBLIC),
    ("POST",   "/accounts/password/reset/key/1-no-such-key/", 404, 404, 404, 404, 404, 404, 404, PUBLIC),
    ("GET",    "/accounts/password/reset/key/done/", 200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/accounts/2fa/",                     302, 200, 200, 200, 200, 200, 200, PASSWORD),
    ("GET",    "/accounts/2fa/authenticate/",        302, 302, 302, 302, 302, 302, 302, PUBLIC),  # nobody is half in
    ("POST",   "/accounts/2fa/authenticate/",        302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("GET",    "/accounts/2fa/trust/",               302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("POST",   "/accounts/2fa/trust/",               302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("GET",    "/accounts/2fa/reauthenticate/",      302, 302, 302, 200, 200, 302, 302, PASSWORD),
    ("POST",   "/accounts/2fa/reauthenticate/",      302, 302, 302, 422, 422, 302, 302, PASSWORD),
    ("GET",    "/accounts/2fa/totp/activate/",       302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("POST",   "/accounts/2fa/totp/activate/",       302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("GET",    "/accounts/2fa/totp/deactivate/",     302, 404, 404, 302, 302, 404, 404, PASSWORD),
    ("POST",   "/accounts/2fa/totp/deactivate/",     302, 404, 404, 302, 302, 404, 404, PASSWORD),
    ("GET",    "/accounts/2fa/recovery-codes/",      302, 404, 404, 302, 302, 404, 404, PASSWORD),
    ("GET",    "/accounts/2fa/recovery-codes/generate/", 302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("POST",   "/accounts/2fa/recovery-codes/generate/", 302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("GET",    "/accounts/2fa/recovery-codes/download/", 302, 404, 404, 302, 302, 404, 404, PASSWORD),
    ("GET",    "/accounts/2fa/passkeys/",            302, 200, 200, 200, 200, 200, 200, PASSWORD),
    ("GET",    "/accounts/2fa/passkeys/add/",        302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("POST",   "/accounts/2fa/passkeys/add/",        302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("GET",    "/accounts/2fa/passkeys/{passkey}/edit/", 302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("POST",   "/accounts/2fa/passkeys/{passkey}/edit/", 302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("GET",    "/accounts/2fa/passkeys/{passkey}/remove/", 302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("POST",   "/accounts/2fa/passkeys/{passkey}/remove/", 302, 302, 302, 302, 302, 302, 302, PASSWORD),
    ("GET",    "/accounts/2fa/passkeys/reauthenticate/", 302, 302, 302, 200, 200, 302, 302, PASSWORD),
    ("POST",   "/accounts/2fa/passkeys/reauthenticate/", 302, 302, 302, 422, 422, 302, 302, PASSWORD),
    ("GET",    "/accounts/2fa/passkeys/login/",      302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("POST",   "/accounts/2fa/passkeys/login/",      302, 302, 302, 302, 302, 302, 302, PUBLIC),
    ("GET",    "/accounts/sessions/",                302, 200, 200, 200, 200, 200, 200, MEMBER),
    ("POST",   "/accounts/sessions/",                302, 302, 302, 302, 302, 302, 302, MEMBER),
    ("POST",   "/accounts/sessions/{device}/end/",   302, 404, 404, 303, 404, 404, 404, MEMBER),
    ("GET",    "/accounts/tokens/",                  302, 200, 200, 200, 200, 200, 200, TOKENS),
    ("POST",   "/accounts/tokens/",                  302, 302, 302, 302, 302, 302, 302, TOKENS),
    ("POST",   "/accounts/tokens/revoke/",           302, 303, 303, 303, 303, 303, 303, TOKENS),
    ("POST",   "/accounts/tokens/{token}/revoke/",   302, 404, 404, 303, 404, 404, 404, TOKENS),
    ("GET",    "/accounts/data/",                    302, 200, 200, 200, 200, 200, 200, MEMBER),
    ("GET",    "/accounts/data/download/",           302, 302, 302, 302, 302, 302, 302, MEMBER),
    ("GET",    "/accounts/close/",                   302, 302, 302, 302, 302, 302, 302, LEAVE),
    ("POST",   "/accounts/close/",                   302, 302, 302, 302, 302, 302, 302, LEAVE),
    ("GET",    "/accounts/closed/",                  200, 200, 200, 200, 200, 200, 200, PUBLIC),

    # The operator's addresses: 503 because no worker gives a sign of life here.
    ("GET",    "/health",                            503, 503, 503, 503, 503, 503, 503, PUBLIC),
    ("GET",    "/health/lite",                       200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/ops/performance",                   401, 403, 403, 403, 403, 403, 200, MONITOR),
    ("GET",    "/metrics/prometheus",                401, 403, 403, 403, 403, 403, 200, MONITOR),
    ("GET",    "/ops/policies/",                     302, 403, 403, 403, 403, 200, 200, NUMBERS),

    ("GET",    "/api/",                              200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/schema/",                       200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/docs/",                         200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("POST",   "/api/auth/token/",                   200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/instructors/",                  200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/instructors/search?service=piano", 200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/instructors/search?q=piano+tomorrow", 200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/suggest?q=pia",                 200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/instructors/ana-r/",            200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/instructors/ana-r/free-times?place=online", 200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/neighborhoods/",                200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/catalog/",                      200, 200, 200, 200, 200, 200, 200, PUBLIC),
    ("GET",    "/api/bookings/",                     401, 200, 200, 200, 200, 200, 200, MINE),
    ("POST",   "/api/bookings/",                     401, 201, 201, 400, 201, 403, 403, BOOK),
    ("GET",    "/api/bookings/{reference}/",         401, 200, 404, 200, 404, 200, 403, SEE),
    ("POST",   "/api/bookings/{reference}/cancel/",  401, 200, 404, 200, 404, 403, 403, SEE),
    ("POST",   "/api/bookings/{reference}/complete/", 401, 403, 404, 409, 404, 403, 403, SEE),
    ("GET",    "/api/me/data/",                      401, 403, 403, 403, 403, 403, 403, MEMBER),  # by token: 200
    ("POST",   "/api/me/close/",                     401, 200, 200, 403, 403, 403, 403, LEAVE),  # Ana: by page
    ("GET",    "/api/me/lessons/",                   401, 403, 403, 200, 200, 403, 403, TAUGHT),
    ("GET",    "/api/me/earnings/",                  401, 403, 403, 200, 200, 403, 403, EARN),
    ("GET",    "/api/me/availability/hours/",        401, 403, 403, 200, 200, 403, 403, TIME),
    ("PUT",    "/api/me/availability/hours/",        401, 403, 403, 200, 200, 403, 403, TIME),
    ("GET",    "/api/me/availability/weeks/2027-03-01/", 401, 403, 403, 200, 200, 403, 403, TIME),
    ("PUT",    "/api/me/availability/weeks/2027-03-01/", 401, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/api/me/availability/weeks/2027-03-01/copy/", 401, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/api/me/availability/weeks/2027-03-01/apply/", 401, 403, 403, 200, 200, 403, 403, TIME),
    ("GET",    "/api/me/instructor-profile/",        401, 403, 403, 200, 200, 403, 403, PROFILE),
    ("PATCH",  "/api/me/instructor-profile/",        401, 403, 403, 200, 200, 403, 403, PROFILE),
    ("GET",    "/api/me/services/",                  401, 403, 403, 200, 200, 403, 403, SERVICES),
    ("POST",   "/api/me/services/",                  401, 403, 403, 201, 201, 403, 403, SERVICES),
    ("GET",    "/api/me/services/{service}/",        401, 403, 403, 200, 404, 403, 403, SERVICES),
    ("PATCH",  "/api/me/services/{service}/",        401, 403, 403, 200, 404, 403, 403, SERVICES),
    ("DELETE", "/api/me/services/{service}/",        401, 403, 403, 204, 404, 403, 403, SERVICES),
    ("GET",    "/api/me/time-off/",                  401, 403, 403, 200, 200, 403, 403, TIME),
    ("POST",   "/api/me/time-off/",                  401, 403, 403, 201, 201, 403, 403, TIME),
    ("DELETE", "/api/me/time-off/{time_off}/",       401, 403, 403, 204, 404, 403, 403, TIME),
    ("GET",    "/api/redis/stats",                   401, 403, 403, 403, 403, 403, 200, MONITOR),
    ("GET",    "/api/database/pool-status",          401, 403, 403, 403, 403, 403, 200, MONITOR),
)

# What TABLE sends to give the password once more (a 302), and what comes after that.
AFTERWARDS: tuple[tuple[str, str, int, int, int, int, int, int], ...] = (
    # method   address                                     sam  noor  ana  iris  sue  omar
    ("POST",   "/accounts/email/",                         303, 303, 303, 303, 303, 303),
    ("GET",    "/accounts/2fa/totp/activate/",             200, 200, 302, 302, 200, 200),  # Ana has her app already
    ("POST",   "/accounts/2fa/totp/activate/",             422, 422, 302, 302, 422, 422),  # a wrong code
    ("GET",    "/accounts/2fa/totp/deactivate/",           404, 404, 200, 200, 404, 404),
    ("POST",   "/accounts/2fa/totp/deactivate/",           404, 404, 302, 302, 404, 404),
    ("GET",    "/accounts/2fa/recovery-codes/",            404, 404, 200, 200, 404, 404),
    ("GET",    "/accounts/2fa/recovery-codes/generate/",   200, 200, 200, 200, 200, 200),
    ("POST",   "/accounts/2fa/recovery-codes/generate/",   422, 422, 302, 302, 422, 422),  # codes for no factor
    ("GET",    "/accounts/2fa/recovery-codes/download/",   404, 404, 200, 200, 404, 404),
    ("GET",    "/accounts/2fa/passkeys/add/",              200, 200, 200, 200, 200, 200),
    ("POST",   "/accounts/2fa/passkeys/add/",              422, 422, 422, 422, 422, 422),  # no key that a browser made
    ("GET",    "/accounts/2fa/passkeys/{passkey}/edit/",   404, 404, 200, 404, 404, 404),
    ("POST",   "/accounts/2fa/passkeys/{passkey}/edit/",   404, 404, 302, 404, 404, 404),
    ("GET",    "/accounts/2fa/passkeys/{passkey}/remove/", 404, 404, 200, 404, 404, 404),
    ("POST",   "/accounts/2fa/passkeys/{passkey}/remove/", 404, 404, 302, 404, 404, 404),
    ("POST",   "/accounts/tokens/",                        201, 201, 201, 201, 201, 201),
    ("GET",    "/accounts/data/download/",                 200, 200, 200, 200, 200, 200),
    ("GET",    "/api/me/data/",                            200, 200, 200, 200, 200, 200),
    ("GET",    "/accounts/close/",                         200, 200, 200, 200, 403, 403),  # staff ask operations
    ("POST",   "/accounts/close/",                         303, 303, 303, 303, 403, 403),
)

# Beyond the door: who sees a lesson needs one more name, and the tie, to act on it.
ACTS: tuple[tuple[str, str, str, str], ...] = (
    # method   address                               whose  name
    ("POST",   "/lessons/{reference}/cancel/",       "sam", "cancel_own_bookings"),
    ("POST",   "/lessons/{reference}/cancel/",       "ana", "cancel_student_bookings"),
    ("POST",   "/lessons/{reference}/complete/",     "ana", "complete_bookings"),
    ("POST",   "/api/bookings/{reference}/cancel/",  "sam", "cancel_own_bookings"),
    ("POST",   "/api/bookings/{reference}/cancel/",  "ana", "cancel_student_bookings"),
    ("POST",   "/api/bookings/{reference}/complete/", "ana", "complete_bookings"),
)
# fmt: on
