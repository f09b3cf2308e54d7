"""The table in DynamoDB: its items, and how requests get there."""
