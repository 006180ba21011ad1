"""Pages of signing up, in and out."""

from allauth.account import views

from accounts.permissions import PermissionName
from accounts.views.shape import for_person, public, way_in

login = way_in(public(views.login))
signup = way_in(public(views.signup))
logout = public(views.logout)
inactive = public(views.account_inactive)
reauthenticate = way_in(for_person(views.reauthenticate, PermissionName.MANAGE_OWN_PROFILE))
