"""Pages of signing up, in and out."""

from allauth.account import views

from accounts.permissions import PermissionName
from accounts.views.shape import for_person, public

login = public(views.login)
signup = public(views.signup)
logout = public(views.logout)
inactive = public(views.account_inactive)
reauthenticate = for_person(views.reauthenticate, PermissionName.MANAGE_OWN_PROFILE)
