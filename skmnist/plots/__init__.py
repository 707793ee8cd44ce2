"""Figures, as display objects in scikit-learn's manner."""

from skmnist.plots.augmented import AugmentedImagesDisplay
from skmnist.plots.by_class import ImagesByClassDisplay
from skmnist.plots.filters import FirstLayerFiltersDisplay
from skmnist.plots.grid_search import GridSearchDisplay
from skmnist.plots.label_distribution import LabelDistributionDisplay
from skmnist.plots.labelled import LabelledDigitsDisplay
from skmnist.plots.maps import FirstLayerMapsDisplay
from skmnist.plots.misclassified import MisclassifiedImagesDisplay
from skmnist.plots.parallel_coordinates import ParallelCoordinatesDisplay
from skmnist.plots.regularization_path import RegularizationPathDisplay
from skmnist.plots.saliency import SaliencyDisplay
from skmnist.plots.training_curves import TrainingCurvesDisplay

__all__ = [
    "AugmentedImagesDisplay",
    "FirstLayerFiltersDisplay",
    "FirstLayerMapsDisplay",
    "GridSearchDisplay",
    "ImagesByClassDisplay",
    "LabelDistributionDisplay",
    "LabelledDigitsDisplay",
    "MisclassifiedImagesDisplay",
    "ParallelCoordinatesDisplay",
    "RegularizationPathDisplay",
    "SaliencyDisplay",
    "TrainingCurvesDisplay",
]
