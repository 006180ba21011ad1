"""Addresses of the API about people."""

from accounts.api import data, tokens
from instainstru.core.urls import api_path

urlpatterns = [
    api_path("auth/token/", tokens.Token.as_view(), "api-token"),
    api_path("me/data/", data.Data.as_view(), "api-data"),
    api_path("me/close/", data.Close.as_view(), "api-close"),
]
