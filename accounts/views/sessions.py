"""The devices that one is signed in on."""

from allauth.usersessions import views

from accounts.permissions import PermissionName
from accounts.views.shape import for_person

devices = for_person(views.list_usersessions, PermissionName.MANAGE_OWN_PROFILE)
