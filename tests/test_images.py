import struct
import zlib

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from skmnist.pictures import load_image


@pytest.fixture
def digit():
    """Grey ink on a black background, 28×28."""
    image = np.zeros((28, 28), np.uint8)
    image[5:22, 13:16] = np.arange(90, 243, 9)[:, None]
    return image


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P"])
def test__load_image__light_ink_on_black__is_read_as_it_is(digit, tmp_path, mode):
    Image.fromarray(digit).convert(mode).save(tmp_path / "digit.png")
    image = load_image(tmp_path / "digit.png")
    assert image.dtype == np.uint8
    assert image.flags.writeable
    np.testing.assert_array_equal(image, digit)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test__load_image__dark_ink_on_white__is_inverted(digit, tmp_path, mode):
    Image.fromarray(255 - digit).convert(mode).save(tmp_path / "digit.png")
    image = load_image(str(tmp_path / "digit.png"))
    np.testing.assert_array_equal(image, digit)
    assert image.flags.writeable


def test__load_image__ink_on_part_of_the_border__still_counts_as_dark(digit, tmp_path):
    digit[0] = digit[:, 0] = 255  # 55 of the 108 pixels around would be too many
    digit[0, 20:] = 0
    Image.fromarray(digit).save(tmp_path / "digit.png")
    np.testing.assert_array_equal(load_image(tmp_path / "digit.png"), digit)


def test__load_image__transparent_background__counts_as_paper(digit, tmp_path):
    picture = np.zeros((28, 28, 4), np.uint8)  # black ink, and black where transparent
    picture[..., 3] = digit
    Image.fromarray(picture).save(tmp_path / "digit.png")
    np.testing.assert_array_equal(load_image(tmp_path / "digit.png"), digit)


@pytest.mark.parametrize("suffix", ["bmp", "tiff", "gif"])
def test__load_image__other_formats__are_read(digit, tmp_path, suffix):
    Image.fromarray(digit).save(tmp_path / f"digit.{suffix}")
    np.testing.assert_array_equal(load_image(tmp_path / f"digit.{suffix}"), digit)


@pytest.mark.parametrize("shape", [(8, 12), (1, 1), (1, 5), (5, 1)])
def test__load_image__image_shape__is_height_and_width(tmp_path, shape):
    pixels = np.arange(shape[0] * shape[1], dtype=np.uint8).reshape(shape)
    Image.fromarray(pixels).save(tmp_path / "digit.png")
    np.testing.assert_array_equal(load_image(tmp_path / "digit.png", shape), pixels)


def test__load_image__wrong_size__says_which_and_what_to_do(tmp_path):
    Image.new("L", (30, 20)).save(tmp_path / "digit.png")
    with pytest.raises(ValueError, match=r"digit.png is 30×20 .* 28×24\. Crop"):
        load_image(tmp_path / "digit.png", (24, 28))


@pytest.mark.parametrize("content", [b"", b"5 is a digit\n" * 50])
def test__load_image__not_a_picture__says_so(tmp_path, content):
    (tmp_path / "digit.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"digit.png is not a picture"):
        load_image(tmp_path / "digit.png")


def test__load_image__no_such_file__raises(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none.png"):
        load_image(tmp_path / "none.png")


def test__load_image__sixteen_bits__are_scaled(tmp_path):
    values = np.zeros((28, 28), dtype=np.uint16)
    values[10, 10], values[12, 12] = 65535, 25700
    Image.fromarray(values).save(tmp_path / "a.png")
    image = load_image(tmp_path / "a.png")
    assert (image[10, 10], image[12, 12], image[0, 0]) == (255, 100, 0)


def test__load_image__thirty_two_bits_or_damaged__value_error(tmp_path):
    Image.fromarray(np.zeros((28, 28), dtype=np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(ValueError, match="32 bits"):
        load_image(tmp_path / "a.tiff")
    noise = np.random.default_rng(0).integers(0, 255, (28, 28)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "b.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "b.png").read_bytes()[:-300])
    with pytest.raises(ValueError, match="damaged"):
        load_image(tmp_path / "b.png")


def png_of_size(width, height):
    """Return the beginning of a PNG file, which says that the picture has this size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    end = b"IDAT" + zlib.compress(b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, end)
    )


@pytest.mark.parametrize("shape", [(28, 28), (8, 12)])
@pytest.mark.parametrize("suffix", ["png", "jpeg", "bmp", "gif", "tiff", "webp", "ppm"])
def test__load_image__documented_format__is_read_whatever_its_name_is(tmp_path, suffix, shape):
    lossless = {"webp": {"lossless": True}, "jpeg": {"quality": 100}}
    pixels = np.zeros(shape, np.uint8)
    pixels[2:6, 2:6] = 200
    Image.fromarray(pixels).save(tmp_path / f"a.{suffix}", **lossless.get(suffix, {}))
    (tmp_path / f"a.{suffix}").rename(tmp_path / "picture")
    np.testing.assert_allclose(load_image(tmp_path / "picture", shape), pixels, atol=2)


def test__load_image__postscript_in_disguise__starts_no_other_program(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *args: started.append(args))
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", "gs")
    Image.new("L", (28, 28)).save(tmp_path / "digit.eps")
    (tmp_path / "digit.eps").rename(tmp_path / "digit.png")
    with pytest.raises(ValueError, match=r"digit\.png is not a picture .* Save it as PNG"):
        load_image(tmp_path / "digit.png")
    assert started == []


def test__load_image__large_picture__is_refused_before_it_is_decoded(tmp_path):
    # what is decoded is found to be damaged
    (tmp_path / "a.png").write_bytes(png_of_size(9000, 9000))
    with pytest.raises(ValueError, match=r"a\.png is 9000×9000 pixels"):
        load_image(tmp_path / "a.png")


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000)])
def test__load_image__as_large_as_a_bomb__value_error_without_warning(tmp_path, recwarn, size):
    (tmp_path / "a.png").write_bytes(png_of_size(*size))
    with pytest.raises(ValueError, match=r"a\.png is far too large for a digit"):
        load_image(tmp_path / "a.png")
    assert len(recwarn) == 0


def test__load_image__broken_header__value_error_names_the_file(tmp_path):
    (tmp_path / "a.png").write_bytes(b"P5\n2K8 28\n255\n" + bytes(28 * 28))
    with pytest.raises(ValueError, match=r"a\.png is damaged, or cannot be read"):
        load_image(tmp_path / "a.png")


def test__load_image__folder__says_so(tmp_path):
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        load_image(tmp_path)
