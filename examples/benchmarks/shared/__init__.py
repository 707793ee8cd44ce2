"""What the benchmarks have in common: processes of their own, a command line, documents."""
