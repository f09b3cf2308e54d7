"""The sample data: made-up people, and the users who may see them."""
