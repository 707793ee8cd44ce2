"""What runs recipes, and keeps the results in files."""
