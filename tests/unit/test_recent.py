"""Recent searches: five that differ, the newest first."""

from datetime import date

from instructors.services import recent

PIANO = ["/instructors/?service=piano", "Piano"]
GUITAR = ["/instructors/?service=guitar", "Guitar"]
ONLINE = ["/instructors/?service=piano&place=online", "Piano", "Online"]


def after(*searches):
    """What is kept after these."""
    kept: recent.Kept = []
    for address, *said in searches:
        kept = recent.with_newest(before=kept, address=address, said=said)
    return kept


def test_the_newest_stands_first_and_nothing_twice():
    assert after(PIANO, GUITAR, PIANO) == [PIANO, GUITAR]


def test_the_same_in_another_order_of_results_is_the_same_search():
    by_price = [f"{PIANO[0]}&sort=price", "Piano"]
    assert after(PIANO, GUITAR, by_price) == [by_price, GUITAR]


def test_a_search_that_was_narrowed_down_takes_the_place_of_the_wider_one():
    assert after(GUITAR, PIANO, ONLINE) == [ONLINE, GUITAR]
    assert after(PIANO, GUITAR, ONLINE) == [ONLINE, GUITAR, PIANO]  # not that of an older one


def test_a_wider_one_comes_beside_the_narrower():
    assert after(ONLINE, PIANO) == [PIANO, ONLINE]


def test_five_are_kept():
    searches = [[f"/instructors/?service=s{n}", f"S{n}"] for n in range(7)]
    assert after(*searches) == searches[:1:-1]


def test_they_are_shown_in_words_and_without_days_that_are_over():
    monday = ["/instructors/?service=piano&date=2027-03-01", "Piano", "Monday 1 March"]
    assert recent.standing(kept=[monday, PIANO], today=date(2027, 3, 1)) == [
        recent.Search(monday[0], "Piano · Monday 1 March"),
        recent.Search(PIANO[0], "Piano"),
    ]
    days = ["/instructors/?date_from=2027-03-01&date_to=2027-03-03", "From Monday 1 March to Wednesday 3 March"]
    kept = [monday, days, PIANO]
    assert [one.address for one in recent.standing(kept=kept, today=date(2027, 3, 3))] == [days[0], PIANO[0]]
    assert [one.address for one in recent.standing(kept=kept, today=date(2027, 3, 4))] == [PIANO[0]]
