"""Pages of one's password: changing it, and a new one for who forgot it."""

from allauth.account import views

from accounts.permissions import PermissionName
from accounts.views.shape import for_person, public

change = for_person(views.password_change, PermissionName.CHANGE_OWN_PASSWORD)
reset = public(views.password_reset)
reset_sent = public(views.password_reset_done)
reset_by_key = public(views.password_reset_from_key)
reset_done = public(views.password_reset_from_key_done)
