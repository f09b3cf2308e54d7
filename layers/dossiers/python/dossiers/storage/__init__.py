"""The table in DynamoDB: its items, and how requests get there.

`items` builds keys and items. `table` builds the requests of DynamoDB's API from them. It sends them through the
protocols in `operations`, which two modules implement: `signed_reads` without botocore, for reads on Lambda, and
`client` with botocore. Both use the connections of `transport`. `connection` chooses between them.
"""
