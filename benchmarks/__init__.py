"""Speed and cost of the service, compared with a usual implementation and with a lower limit: `make bench`, or
`python -m benchmarks NAME...` for some of the benchmarks.
"""
