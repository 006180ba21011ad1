"""Pictures are judged by what they hold: and what is kept of one is a small upright square without metadata."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from instainstru.core import policy
from instainstru.core.errors import Invalid
from instructors.models.profiles import Portrait, portrait
from instructors.services.photos import prepared

ORIENTATION, CAMERA = 0x0112, 0x010F
RED, BLUE = (220, 20, 30), (20, 30, 220)


def picture(width: int = 400, height: int = 400, mode: str = "RGB") -> Image.Image:
    """Red on its left half, blue on its right."""
    drawn = Image.new("RGB", (width, height), RED)
    drawn.paste(BLUE, (width // 2, 0, width, height))
    return drawn.convert(mode)


def written(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    """The bytes of a picture."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def read(content: bytes) -> Image.Image:
    """The picture of some bytes."""
    return Image.open(BytesIO(content))


def like(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether a pixel has about this colour."""
    pixel = image.convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(has - wants) < 40 for has, wants in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("width", "height"), [(300, 300), (1200, 400), (400, 1200), (2000, 2000)])
def test_both_sizes_are_square_webp_from_the_middle(kind, width, height):
    large, small = map(read, prepared(written(picture(width, height), kind)))
    assert (large.format, large.size) == ("WEBP", (640, 640))
    assert (small.format, small.size) == ("WEBP", (160, 160))
    for image, side in ((large, 640), (small, 160)):
        assert like(image, (side // 4, side // 2), RED)
        assert like(image, (3 * side // 4, side // 2), BLUE)


@pytest.mark.parametrize(
    ("orientation", "red", "blue"),
    [
        (1, (0.2, 0.5), (0.8, 0.5)),
        (3, (0.8, 0.5), (0.2, 0.5)),
        (6, (0.5, 0.2), (0.5, 0.8)),
        (8, (0.5, 0.8), (0.5, 0.2)),
    ],
)
def test_a_camera_held_on_its_side_makes_an_upright_picture(orientation, red, blue):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    large = read(prepared(written(picture(), exif=exif))[0])
    assert like(large, (int(640 * red[0]), int(640 * red[1])), RED)
    assert like(large, (int(640 * blue[0]), int(640 * blue[1])), BLUE)


def test_nothing_of_the_metadata_is_kept():
    exif = Image.Exif()
    exif[CAMERA] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Secret Author")
    jpeg = written(picture(), exif=exif, comment=b"Secret Comment", icc_profile=b"Secret Profile")
    png = written(picture(), "PNG", pnginfo=text, exif=exif)
    assert b"Secret" in jpeg
    assert b"Secret" in png
    for content in (jpeg, png):
        for kept in prepared(content):
            assert b"Secret" not in kept
            assert b"EXIF" not in kept
            assert not read(kept).getexif()
            assert set(read(kept).info) <= {"loop", "background"}


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1"])
def test_every_kind_of_colour_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert read(prepared(written(picture(mode=mode), kind))[0]).mode == "RGB"


def test_what_is_see_through_becomes_white():
    large = read(prepared(written(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG"))[0])
    assert like(large, (320, 320), (255, 255, 255))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.4",
        b"\xff\xd8\xff\xe0" + b"\0" * 500,  # only begins like a JPEG
        written(picture(), "GIF"),
        written(picture(), "BMP"),
        written(picture(), "TIFF"),
        written(picture(), "PNG")[:-200],
        written(picture(), "PNG")[:40],
        written(picture(), "WEBP")[:60],
    ],
)
def test_what_is_no_picture_of_these_kinds_is_refused(content):
    with pytest.raises(Invalid) as refused:
        prepared(content)
    assert refused.value.fields == {"photo": ["This is no picture that we can read. Send a JPEG, PNG or WebP file."]}


@pytest.mark.parametrize(("width", "height"), [(299, 1000), (1000, 299), (1, 1)])
def test_a_small_picture_is_refused_with_the_numbers(width, height):
    with pytest.raises(Invalid) as refused:
        prepared(written(picture(width, height)))
    sentence = f"This picture has {width} × {height} pixels. Send one of at least 300 × 300."
    assert refused.value.fields == {"photo": [sentence]}


@pytest.mark.parametrize("side", [7_072, 10_000, 14_000])  # beyond our limit, Pillow's warning, and its refusal
def test_a_bomb_is_refused_before_it_is_unpacked(side, monkeypatch):
    """A page of nothing but white, a few kilobytes that would be hundreds of megabytes."""
    bomb = written(Image.new("1", (side, side)), "PNG")
    assert len(bomb) < policy.PHOTO_BYTES
    monkeypatch.setattr("instructors.services.photos._decoded", lambda image: pytest.fail("it was unpacked"))
    with pytest.raises(Invalid) as refused:
        prepared(bomb)
    assert refused.value.fields == {"photo": ["This picture has too many pixels. Send one of up to 50 megapixels."]}


def test_a_picture_of_the_largest_phone_is_taken():
    assert policy.PHOTO_MOST_PIXELS >= 8_160 * 6_120
    assert read(prepared(written(Image.new("L", (8_160, 6_120)), quality=1))[0]).size == (640, 640)


def test_a_photo_is_shown_under_two_names():
    assert portrait("photos/abc.webp") == Portrait("abc.webp", "abc-160.webp")
    assert portrait("") is None
