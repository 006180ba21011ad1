"""The sessions of people: which browsers they are signed in on."""

from allauth.usersessions.models import UserSession


def end(*, person_id: int, pk: int) -> bool:
    """End one session of a person. Whether there was one."""
    session = UserSession.objects.filter(user_id=person_id, pk=pk).first()
    if session is not None:
        session.end()
    return session is not None


def end_all(*, person_id: int) -> None:
    """End every session of a person."""
    for session in UserSession.objects.filter(user_id=person_id):
        session.end()
