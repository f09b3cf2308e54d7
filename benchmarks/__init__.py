"""How fast the service is, and what it costs, beside what people would otherwise deploy and beside the least that is
possible: `make bench`, or `python -m benchmarks ROW...` for some rows of the table.
"""
