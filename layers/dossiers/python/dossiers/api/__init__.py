"""HTTP, as API Gateway's HTTP API passes it to Lambda functions. Only the handlers in functions/ import this."""
