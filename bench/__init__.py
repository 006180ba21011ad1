"""Measurements: what the product does, beside the bare SQL of the same change, in the same run.

`make bench`, or `python -m bench [workload …] [--repeat N]`. One module a workload: it has `measure`, and stands in
WORKLOADS. The database is one of its own in the embedded cluster, never that of a site.
"""

WORKLOADS = ("weeks", "search")
