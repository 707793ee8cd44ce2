"""The machinery of training with torch: what no user touches."""
