"""Pages of one's address: which it is, whether it is confirmed, and changing it."""

from allauth.account import views

from accounts.permissions import PermissionName
from accounts.views.shape import for_person, public

email = for_person(views.email, PermissionName.MANAGE_OWN_PROFILE)
sent = public(views.email_verification_sent)
confirm = public(views.confirm_email)
