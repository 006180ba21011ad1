"""Addresses for the operator's programs (final slash optional, never a redirect), and pages for staff."""

from django.urls import path

from instainstru.core.urls import api_path
from instainstru.ops import api, views

urlpatterns = [
    api_path("health", api.Health.as_view(), "health"),
    api_path("health/lite", api.Lite.as_view(), "health-lite"),
    api_path("ops/performance", api.Performance.as_view(), "performance"),
    api_path("metrics/prometheus", api.Metrics.as_view(), "metrics"),
    path("ops/policies/", views.policy_numbers, name="policies"),
]
