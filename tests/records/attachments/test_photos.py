"""A picture comes out upright, no larger than needed, and with nothing in the file but itself."""

import io
import struct
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from jiceng.records.attachments import photos
from jiceng.records.attachments.photos import MOST_PIXELS, MOST_SIDE, reencoded
from jiceng.records.refusals import Refusal
from tests.records.attachments.samples import PLACE, bomb, encoded, exif, markers, picture, telling

KINDS = ("JPEG", "PNG", "WEBP")
RED, BLUE, WHITE = (200, 30, 30), (20, 20, 200), (255, 255, 255)


def opened(data):
    return Image.open(io.BytesIO(data))


def close(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 20


def refused(data, where="照片.jpg"):
    with pytest.raises(Refusal) as caught:
        reencoded(data, 2048, where)
    assert caught.value.where == where
    assert caught.value.remedy
    return caught.value.what


# ------------------------------------------------------------------------------------- nothing is told
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_what_a_picture_says_about_itself_is_left(kind):
    sent = telling(kind)
    assert PLACE.encode() in sent
    kept = reencoded(sent, 2048)
    assert PLACE.encode() not in kept
    assert b"Exif" not in kept
    assert b"xmp" not in kept.lower()
    assert set(markers(kept)) <= {0xE0, 0xDB, 0xC2, 0xC4, 0xDA}  # JFIF, tables, a progressive frame, a scan
    again = opened(kept)
    assert dict(again.getexif()) == {}
    assert set(again.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


def test_a_thumbnail_inside_does_not_outlive_what_was_cut_off():
    hidden = encoded(picture((160, 120), colour=(1, 2, 3)))
    said = b"Exif\0\0" + exif().tobytes().removeprefix(b"Exif\0\0") + hidden
    sent = encoded(picture())
    sent = sent[:2] + b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said + sent[2:]
    kept = reencoded(sent, 2048)
    assert kept.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_hangs_behind_the_picture_is_gone(kind):
    assert reencoded(encoded(picture(), kind) + b"<script>PK\x03\x04", 2048) == reencoded(
        encoded(picture(), kind), 2048
    )


# ------------------------------------------------------------------------------------------- upright
UPRIGHT_CORNER = {1: "left top", 2: "right top", 3: "right bottom", 4: "left bottom"}
TURNED = {5: "left top", 6: "right top", 7: "right bottom", 8: "left bottom"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("orientation", "corner"), [*UPRIGHT_CORNER.items(), *TURNED.items()])
def test_a_picture_comes_out_as_it_was_seen(kind, orientation, corner):
    kept = opened(reencoded(encoded(picture(), kind, exif=exif(orientation)), 2048)).convert("RGB")
    assert kept.size == ((80, 120) if orientation in TURNED else (120, 80))
    across, down = corner.split()
    x = 5 if across == "left" else kept.width - 6
    y = 5 if down == "top" else kept.height - 6
    assert close(kept.getpixel((x, y)), BLUE)
    assert close(kept.getpixel((kept.width - 1 - x, kept.height - 1 - y)), RED)


@pytest.mark.parametrize("said", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0garbage", b"Exif\0\0"])
def test_a_picture_whose_account_of_itself_is_broken_is_still_a_picture(said):
    sent = encoded(picture())
    sent = sent[:2] + b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said + sent[2:]
    assert opened(reencoded(sent, 2048)).size == (120, 80)


def test_an_orientation_that_does_not_exist_is_none():
    assert opened(reencoded(encoded(picture(), exif=exif(99)), 2048)).size == (120, 80)


# ---------------------------------------------------------------------------------------------- size
@pytest.mark.parametrize("kind", KINDS)
def test_large_pictures_become_smaller_and_small_ones_stay(kind):
    sent = encoded(picture((3000, 1000)), kind)
    assert opened(reencoded(sent, 2048)).size == (2048, 683)
    assert opened(reencoded(sent, 300)).size == (300, 100)
    assert opened(reencoded(encoded(picture((1, 1)), kind), 2048)).size == (1, 1)


def test_it_is_a_progressive_jpeg_and_the_same_every_time():
    sent = encoded(picture(), "PNG")
    assert reencoded(sent, 2048) == reencoded(sent, 2048)
    assert opened(reencoded(sent, 2048)).info["progressive"]


def test_too_many_pixels_are_refused_before_they_are_there(monkeypatch):
    tracemalloc.start()
    said = refused(bomb())
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert str(MOST_SIDE) in said
    assert str(MOST_PIXELS // 1_000_000) in said
    assert refused(bomb(MOST_SIDE + 1, 1)) == said
    assert refused(bomb(8_000, 5_001)) == said
    monkeypatch.setattr(photos, "MOST_PIXELS", 120 * 80 - 1)
    for kind in KINDS:
        assert "尺寸过大" in refused(encoded(picture(), kind))


# ------------------------------------------------------------------------------------- what it came as
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_colours_of_every_jpeg(mode):
    kept = opened(reencoded(encoded(picture(mode=mode)), 2048))
    assert (kept.mode, kept.size) == ("RGB", (120, 80))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA"])
def test_colours_of_every_png(mode):
    kept = opened(reencoded(encoded(picture(mode=mode), "PNG"), 2048))
    assert (kept.mode, kept.size) == ("RGB", (120, 80))


def test_sixteen_bits_of_grey_are_made_eight():
    sent = encoded(Image.new("I;16", (40, 40), 0x8000), "PNG")
    assert close(opened(reencoded(sent, 2048)).getpixel((20, 20)), (128, 128, 128))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_was_transparent_is_white(kind):
    sent = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert close(opened(reencoded(encoded(sent, kind), 2048)).getpixel((20, 20)), WHITE)


def test_a_palette_with_a_transparent_colour():
    sent = Image.new("P", (40, 40), 3)
    sent.putpalette([0] * 768)
    assert close(opened(reencoded(encoded(sent, "PNG", transparency=3), 2048)).getpixel((20, 20)), WHITE)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_is_kept(kind):
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE)]
    sent = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert close(opened(reencoded(sent, 2048)).getpixel((20, 20)), RED)


def test_two_pictures_in_one_as_some_phones_make_them():
    sent = encoded(picture(), "MPO", save_all=True, append_images=[picture((60, 40))])
    assert opened(reencoded(sent, 2048)).size == (120, 80)


# --------------------------------------------------------------------------------------------- no picture
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x04\0\0\0WEBP",
        encoded(picture(), "GIF"),
        b"%PDF-1.7",
    ],
)
def test_what_is_no_photo_is_refused(data):
    assert "不是照片" in refused(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_photo_cut_off_is_refused(kind, part):
    whole = encoded(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
    assert "已损坏" in refused(whole[: int(len(whole) * part)])


SENT = {kind: encoded(Image.effect_noise((40, 30), 90).convert("RGB"), kind, exif=exif(6)) for kind in KINDS}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(st.sampled_from(KINDS), st.data())
def test_any_damage_ends_in_a_picture_or_a_refusal(kind, data):
    damaged = bytearray(SENT[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        kept = reencoded(bytes(damaged), 2048)
    except Refusal:
        return
    assert opened(kept).format == "JPEG"
