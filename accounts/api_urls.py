"""Addresses of the API about people."""

from accounts import api
from instainstru.core.urls import api_path

urlpatterns = [api_path("auth/token/", api.Token.as_view(), "api-token")]
