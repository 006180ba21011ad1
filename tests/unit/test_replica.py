"""Which database a request reads from."""

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.views import APIView

from accounts.models import User
from instainstru.core import replica
from instainstru.core.replica import OwnWritesFirst, ReadsMayLag, from_primary, may_lag, reading_from
from instructors.models import Offer

ask = RequestFactory()


@pytest.fixture
def two_databases(monkeypatch):
    """A site with a replica, whose cache is this process' own."""
    monkeypatch.setitem(connections.settings, "replica", {})
    cache = LocMemCache("two_databases", {})
    cache.clear()
    monkeypatch.setattr(replica, "cache", cache)


@may_lag
def search(request):
    """A page that may be a moment behind: it says where it read."""
    return HttpResponse(reading_from())


def read(request) -> str:
    return str(search(request).content.decode())


def test_without_a_replica_everything_is_read_from_the_one_database():
    assert read(ask.get("/")) == "default"


def test_a_page_that_may_lag_reads_from_the_replica_and_leaves_others_alone(two_databases):
    assert read(ask.get("/")) == "replica"
    assert reading_from() == "default"
    assert read(ask.post("/")) == "default"


def test_an_operation_of_the_api_may_lag_too(two_databases):
    class Search(APIView):
        @may_lag
        def get(self, request):
            return reading_from()

    assert Search().get(ask.get("/api/")) == "replica"


def wrote(request, status=200):
    """A request that changed something, or was refused."""
    return OwnWritesFirst(lambda _: HttpResponse(status=status))(request)


def test_who_has_just_written_reads_what_they_wrote(two_databases):
    mine, others = {"Authorization": "Bearer mine"}, {"Authorization": "Bearer another's"}
    wrote(ask.post("/", headers=mine))
    assert read(ask.get("/", headers=mine)) == "default"
    assert read(ask.get("/", headers=others)) == "replica"
    assert read(ask.get("/")) == "replica"


def test_a_session_that_the_write_made_is_known_at_the_next_request(two_databases):
    class NewSession:
        session_key = "made-by-signing-in"

    signing_in = ask.post("/")
    signing_in.session = NewSession()  # type: ignore[assignment]  # all that is asked of it
    wrote(signing_in)
    following = ask.get("/")
    following.COOKIES["sessionid"] = "made-by-signing-in"
    assert read(following) == "default"


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 422), ("post", 403)])
def test_reading_and_what_was_refused_are_no_writes(two_databases, method, status):
    me = {"Authorization": "Bearer mine"}
    wrote(getattr(ask, method)("/", headers=me), status)
    assert read(ask.get("/", headers=me)) == "replica"


def test_a_replica_that_fails_is_read_around(two_databases, caplog):
    asked = []

    @may_lag
    def page(request):
        asked.append(reading_from())
        if reading_from() == "replica":
            raise OperationalError("gone")
        return HttpResponse("from the primary")

    assert page(ask.get("/")).content == b"from the primary"
    assert asked == ["replica", "default"]
    assert "the replica fails" in caplog.text
    assert reading_from() == "default"


def test_a_primary_that_fails_is_not_asked_twice(two_databases):
    @may_lag
    def page(request):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        page(ask.post("/"))


def test_the_router_writes_to_the_primary_alone(two_databases):
    router = ReadsMayLag()
    assert router.db_for_read(Offer) == router.db_for_write(Offer) == "default"
    assert router.allow_relation(None, None)
    assert router.allow_migrate("default", "core")
    assert not router.allow_migrate("replica", "core")

    @may_lag
    def page(request):
        return router.db_for_read(Offer), router.db_for_read(User), router.db_for_write(Offer)

    assert page(ask.get("/")) == ("replica", "default", "default")


def test_what_is_kept_for_others_is_read_from_the_primary(two_databases):
    @may_lag
    def page(request):
        with from_primary():
            kept = reading_from()
        return kept, reading_from()

    assert page(ask.get("/")) == ("default", "replica")
