"""Which pages pytest does not run itself."""

# its examples are of a package that is changed as it shows: tests/test_extending.py runs them
collect_ignore = ["extending.md"]
