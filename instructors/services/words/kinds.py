"""Where the lesson is given: online, at the student's, at the instructor's. And the order in which to show."""

from instainstru.core.policy import Place
from instructors.models import Sort
from instructors.services.words.draft import Rule, pattern

ROOM = (
    r"(?:place|home|house|apartment|apt|flat|condo|office|studio|living room|building|door|doorstep"
    r"|school|gym|lobby|dorm|brownstone|loft)"
)
TEACHER = r"(?:instructors?|teachers?|tutors?|coach(?:es|s)?|trainers?|their|your|his|her|theirs|yours)"
ONLINE = (
    r"(?:(?:on|via|over|by|through|using) )?(?:on ?line|on line|zoom|skype|facetime|face time"
    r"|google meet|webcam|virtual(?:ly)?"
    r"|remote(?:ly)?|video(?: ?(?:calls?|chats?|conference|lessons?))?|distance learning"
    r"|over the internet|internet)(?: only)?"
)
STUDENT = (
    rf"(?:(?:at|in|to|from) )?(?:my|our|the students?|moms|dads|my (?:kids|sons|daughters|moms"
    rf"|parents)) (?:own )?{ROOM}"
    rf"|(?:(?:who|that|can|will|to|able|willing) ){{0,3}}(?:comes?|coming|travels?|traveling"
    rf"|drives?) (?:over )?(?:to|by) (?:the (?=house|home|apartment|apt)|me|us|you|my|our|students?"
    rf"|the student|clients?|homes?)(?: ?{ROOM})?"
    rf"|(?:at|in|from) ?(?:the )?homes?|in ?homes?|home (?:lessons?|visits?|tutor(?:s|ing)?|teachers?"
    rf"|classes)|house ?calls?"
    rf"|at mine|(?:at|in) (?:my|our)(?! \w)|makes house calls"
)
INSTRUCTOR = (
    rf"(?:(?:at|in|to) )?(?:an? |the )?{TEACHER} (?:own )?{ROOM}|(?:at|in) (?:the "
    rf"|an? )?(?:instructors?|teachers?|tutors?|theirs|yours)"
    rf"|(?:at|in) (?:an? |the )?studio|(?:i|we|ill|well|i ll)? ?(?:can |could |will )?(?:come|travel"
    rf"|go) to (?:them|you|the (?:instructor|teacher|tutor))"
)
EITHER = r"in ?person|face to face|offline|onsite|on site|live lessons?|hybrid"

PLACES: list[Rule] = [
    (pattern(rf"(?:no|not|never|dont want|instead of|rather than) (?:{ONLINE})"), lambda *_: {}),
    (pattern(INSTRUCTOR), lambda *_: {"place": Place.INSTRUCTOR}),
    (pattern(STUDENT), lambda *_: {"place": Place.STUDENT}),
    (pattern(ONLINE), lambda *_: {"place": Place.ONLINE}),
    (pattern(EITHER), lambda *_: {}),  # two kinds of place: neither was chosen
]
SORTS: list[Rule] = [
    (
        pattern(
            r"(?:(?:as|really|very|super|not too) )?(?:cheap(?:er|est|ly)?|affordabl[ey]|inexpensive"
            r"|low(?:est)? (?:cost|price[sd]?|rates?)"
            r"|least expensive|budget(?: friendly)?|on a budget|not (?:too )?expensive"
            r"|reasonabl[ey](?: priced)?|good price|best price|economical|good value)"
        ),
        lambda *_: {"sort": Sort.PRICE},
    ),
    (
        pattern(
            r"asap|soonest|soon(?: as possible)?|as soon as (?:possible|you can)|earliest(?: (?:available"
            r"|possible|slot|time))?|urgent(?:ly)?"
            r"|(?:first|next) available(?: (?:slot|time))?|last minute|next (?:slot|opening)|quickly|in a hurry"
        ),
        lambda *_: {"sort": Sort.SOONEST},
    ),
    (
        pattern(
            r"(?:best|top|highest|highly|well) (?:rated|reviewed|reviews?|ratings?)|(?:good|great|best"
            r"|excellent) (?:reviews?|ratings?)"
            r"|[45] stars?|by rating|highly recommended"
        ),
        lambda *_: {"sort": Sort.RATING},
    ),
]
