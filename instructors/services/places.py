"""New York on a map."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from instainstru.core.measure import measure_operation
from instructors.models import Borough, Outline
from instructors.repositories import places as repository
from instructors.services.kept import Part, kept

BOROUGHS = ("bronx", "brooklyn", "manhattan", "queens", "staten-island")
CITY = (-40, -45, 2424, 2424)  # west, north, width, height: the drawing of static/img/city.svg, with a margin
MARGIN = 0.15  # of what is shown, on each side
CLOSEST = 400  # units, 8 kilometres: nearer, one would not know where in the city it is
SHADES = 5
LINES_ACROSS = 500  # a map is drawn some 500 pixels wide: a border is to be one of them


@dataclass(frozen=True)
class Area:
    """A neighbourhood on the map: code is the name of its shape, address is where pressing it leads.

    count is how many are there, shade how dark it is drawn (0 to 4); None on a map that counts nothing.
    """

    code: str
    slug: str
    name: str
    borough: Borough
    address: str
    count: int | None = None
    shade: int | None = None


@dataclass(frozen=True)
class CityMap:
    """What templates/parts/map.html draws: the city's five boroughs, over them links, over these what is chosen."""

    view_box: str
    border: float
    chosen_border: float
    links: Sequence[Area]
    chosen: Sequence[Area]
    boroughs: Sequence[str] = BOROUGHS

    @property
    def marked(self) -> str:
        """The names of what is chosen, in words."""
        return ", ".join(area.name for area in self.chosen)


@measure_operation
def city_map(
    *,
    chosen: Collection[str] = (),
    links: Mapping[str, str] | None = None,
    counts: Mapping[str, int] | None = None,
    closer: bool = False,
) -> CityMap:
    """The city with some neighbourhoods chosen, and some that lead to an address; both by slug, unknown ones left out.

    closer shows the surroundings of what is chosen instead of the whole city. With counts, by slug, each neighbourhood
    says its own, and is the darker the more others it has at least as many as: five shades, of about as many each.

    The shapes are not here: they lie in one static file (static/img/city.svg, 22 kB compressed; in production named by
    its content and kept for good), of which a page names what it draws, as `city.svg#BK0602`. So a map costs a page
    half a kilobyte, 7 kB with all 197 neighbourhoods as links and as a list. A shape named so takes its colour from
    where it stands: the page's own stylesheet paints it, by day and by night, as the security policy wants.
    One statement; none for a map without chosen ones and links, and for one with links it is kept.
    """
    addresses, shades = links or {}, _shades(counts or {})
    wanted = {*chosen, *addresses}
    if addresses and not closer:
        outlines = [one for one in kept("outlines", Part.CATALOGUE, work_out=_outlines) if _slug(one) in wanted]
    else:
        outlines = repository.outlines_of(wanted, shapes=closer) if wanted else []
    marked = [outline for outline in outlines if _slug(outline) in chosen]
    west, north, width, height = _view([outline.box for outline in marked] if closer else [])
    return CityMap(
        view_box=f"{west} {north} {width} {height}",
        border=round(width / LINES_ACROSS, 1),
        chosen_border=round(2 * width / LINES_ACROSS, 1),
        links=[_area(outline, addresses, counts, shades) for outline in outlines if _slug(outline) in addresses],
        chosen=[_area(outline, addresses, counts, shades) for outline in marked],
    )


def _outlines() -> list[Outline]:
    return repository.outlines_of(None, shapes=False)


def _shades(counts: Mapping[str, int]) -> dict[str, int]:
    ranked = sorted(counts.values())
    return {slug: bisect_left(ranked, count) * SHADES // len(ranked) for slug, count in counts.items()}


def _slug(outline: Outline) -> str:
    return outline.neighborhood.slug if outline.neighborhood else ""


def _area(
    outline: Outline, addresses: Mapping[str, str], counts: Mapping[str, int] | None, shades: Mapping[str, int]
) -> Area:
    slug, counted = _slug(outline), counts or {}
    address = addresses.get(slug, "")
    return Area(outline.code, slug, outline.name, outline.borough, address, counted.get(slug), shades.get(slug))


def _view(boxes: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    """The square around these boxes, with a margin (its west, north, width and height); the city if that is large."""
    if not boxes:
        return CITY
    wests, norths, easts, souths = zip(*boxes, strict=True)
    west, north, east, south = min(wests), min(norths), max(easts), max(souths)
    side = max(CLOSEST, round(max(east - west, south - north) * (1 + 2 * MARGIN)))
    if side >= max(CITY):
        return CITY
    return (west + east - side) // 2, (north + south - side) // 2, side, side
