"""Addresses of signing up, in and out: allauth's pages, those that the site has a use for."""

from allauth.account import views
from django.urls import path
from django.views.decorators.cache import never_cache

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("signup/", views.signup, name="account_signup"),
    path("logout/", never_cache(views.logout), name="account_logout"),
    path("inactive/", never_cache(views.account_inactive), name="account_inactive"),
]
