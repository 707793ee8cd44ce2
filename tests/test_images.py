import struct
import zlib

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from skmnist.pictures import load_image


@pytest.fixture
def digit():
    """Grey ink on a black background, in MNIST's form."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 13:16] = np.linspace(200, 255, 20)[:, None]
    return image


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P"])
def test__load_image__light_ink_on_black__is_read_as_it_is(digit, tmp_path, mode):
    Image.fromarray(digit).convert(mode).save(tmp_path / "digit.png")
    image = load_image(tmp_path / "digit.png")
    assert image.dtype == np.uint8
    assert image.flags.writeable
    np.testing.assert_allclose(image, digit, atol=1)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("paper", [255, 240, 180])
def test__load_image__dark_ink_on_paper__is_inverted(digit, tmp_path, mode, paper):
    picture = np.rint(paper * (1 - digit / 255.0)).astype(np.uint8)
    Image.fromarray(picture).convert(mode).save(tmp_path / "digit.png")
    image = load_image(str(tmp_path / "digit.png"))
    np.testing.assert_allclose(image, digit, atol=1)
    assert image.flags.writeable


def test__load_image__transparent_background__counts_as_paper(digit, tmp_path):
    picture = np.zeros((28, 28, 4), np.uint8)  # black ink, and black where transparent
    picture[..., 3] = digit
    Image.fromarray(picture).save(tmp_path / "digit.png")
    np.testing.assert_allclose(load_image(tmp_path / "digit.png"), digit, atol=1)


@pytest.mark.parametrize("suffix", ["bmp", "tiff", "gif"])
def test__load_image__other_formats__are_read(digit, tmp_path, suffix):
    Image.fromarray(digit).save(tmp_path / f"digit.{suffix}")
    np.testing.assert_allclose(load_image(tmp_path / f"digit.{suffix}"), digit, atol=1)


@pytest.mark.parametrize("shape", [(8, 12), (1, 1), (1, 5), (5, 1), (28, 28), (40, 28)])
def test__load_image__image_shape__is_height_and_width(tmp_path, digit, shape):
    Image.fromarray(digit).save(tmp_path / "digit.png")
    image = load_image(tmp_path / "digit.png", shape)
    assert image.shape == shape
    assert image.max() > 200


@pytest.mark.parametrize("content", [b"", b"5 is a digit\n" * 50])
def test__load_image__not_a_picture__says_so(tmp_path, content):
    (tmp_path / "digit.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"digit.png is not a picture"):
        load_image(tmp_path / "digit.png")


def test__load_image__no_such_file__raises(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none.png"):
        load_image(tmp_path / "none.png")


@pytest.mark.parametrize("full", [65_535, 4_095, 1])
def test__load_image__bits_that_are_used__are_scaled(digit, tmp_path, full):
    ink = digit if full > 1 else 255 * (digit > 0)
    Image.fromarray(np.rint(ink / 255 * full).astype(np.uint16)).save(tmp_path / "a.png")
    np.testing.assert_allclose(load_image(tmp_path / "a.png"), ink, atol=1)


def test__load_image__thirty_two_bits__are_scaled(digit, tmp_path):
    Image.fromarray(digit.astype(np.float32) * 3000).save(tmp_path / "a.tiff")
    np.testing.assert_allclose(load_image(tmp_path / "a.tiff"), digit, atol=1)


def test__load_image__damaged_or_not_finite__value_error(tmp_path):
    Image.fromarray(np.full((28, 28), np.nan, np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(ValueError, match=r"a\.tiff .* finite numbers"):
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


@pytest.mark.parametrize("suffix", ["png", "jpeg", "bmp", "gif", "tiff", "webp", "ppm"])
def test__load_image__documented_format__is_read_whatever_its_name_is(tmp_path, digit, suffix):
    lossless = {"webp": {"lossless": True}, "jpeg": {"quality": 100}}
    Image.fromarray(digit).save(tmp_path / f"a.{suffix}", **lossless.get(suffix, {}))
    (tmp_path / f"a.{suffix}").rename(tmp_path / "picture")
    image = load_image(tmp_path / "picture").ravel()
    # a JPEG file has a little noise, and is drawn anew
    assert np.corrcoef(image, digit.ravel())[0, 1] > 0.95


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
    with pytest.raises(ValueError, match=r"a\.png has far too many pixels"):
        load_image(tmp_path / "a.png")
    assert len(recwarn) == 0


def test__load_image__broken_header__value_error_names_the_file(tmp_path):
    (tmp_path / "a.png").write_bytes(b"P5\n2K8 28\n255\n" + bytes(28 * 28))
    with pytest.raises(ValueError, match=r"a\.png is damaged, or cannot be read"):
        load_image(tmp_path / "a.png")


def test__load_image__folder__says_so(tmp_path):
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        load_image(tmp_path)
