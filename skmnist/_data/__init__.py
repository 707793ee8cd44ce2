"""The data of a fit: pixels, rows, labels, and `TrainingData` made of them."""
