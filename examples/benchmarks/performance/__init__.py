"""Time and memory of this package beside what one would use otherwise; see ``__main__``."""
