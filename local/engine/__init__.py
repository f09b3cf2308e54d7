"""DynamoDB on this machine: DynamoDB Local, the Java that runs it, and the table."""
