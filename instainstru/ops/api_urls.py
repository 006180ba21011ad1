"""The operator's addresses under /api/."""

from instainstru.core.urls import api_path
from instainstru.ops import api

urlpatterns = [
    api_path("redis/stats", api.RedisStats.as_view(), "api-redis-stats"),
    api_path("database/pool-status", api.PoolStatus.as_view(), "api-pool-status"),
]
