"""Random distortions of whole batches of images."""

from skmnist.augmentation.affine import RandomAffine
from skmnist.augmentation.background import RandomBackground
from skmnist.augmentation.blur import RandomBlur
from skmnist.augmentation.brightness_contrast import RandomBrightnessContrast
from skmnist.augmentation.chain import Chain
from skmnist.augmentation.choice import RandomChoice
from skmnist.augmentation.contour import RandomContour
from skmnist.augmentation.elastic import RandomElastic
from skmnist.augmentation.glass_blur import RandomGlassBlur
from skmnist.augmentation.inversion import RandomInversion
from skmnist.augmentation.levels import RandomLevels
from skmnist.augmentation.noise import RandomNoise
from skmnist.augmentation.occlusion import RandomOcclusion
from skmnist.augmentation.outline import RandomOutline
from skmnist.augmentation.photometric import RandomPhotometric
from skmnist.augmentation.resampling import resample
from skmnist.augmentation.resolution import RandomResolution
from skmnist.augmentation.spots import RandomSpots
from skmnist.augmentation.stripes import RandomStripes
from skmnist.augmentation.strokes import RandomStrokes
from skmnist.augmentation.thickness import RandomThickness

__all__ = [
    "AUGMENTATIONS",
    "Chain",
    "RandomAffine",
    "RandomBackground",
    "RandomBlur",
    "RandomBrightnessContrast",
    "RandomChoice",
    "RandomContour",
    "RandomElastic",
    "RandomGlassBlur",
    "RandomInversion",
    "RandomLevels",
    "RandomNoise",
    "RandomOcclusion",
    "RandomOutline",
    "RandomPhotometric",
    "RandomResolution",
    "RandomSpots",
    "RandomStripes",
    "RandomStrokes",
    "RandomThickness",
    "resample",
]

_MILD = RandomAffine(rotation=8.0, scale=0.05, shift=0.036, shear=0.0)
_STRONG = RandomAffine(rotation=15.0, scale=0.15, shift=0.1, shear=0.25)

_STRONGEST = Chain(
    (
        RandomAffine(rotation=20.0, scale=0.25, shift=0.1, shear=0.35),
        RandomChoice((RandomElastic(), RandomThickness()), share=0.5),
    )
)

#: What the strings accepted as ``augmentation`` stand for.
AUGMENTATIONS = {
    "mild": _MILD,
    "affine": RandomAffine(),
    "strong": _STRONG,
    "strongest": _STRONGEST,
    "photometric": RandomPhotometric(),
    "affine_photometric": Chain((RandomAffine(), RandomPhotometric())),
    "strong_photometric": Chain((_STRONG, RandomPhotometric())),
}
