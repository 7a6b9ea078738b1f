"""Between API Gateway and the use cases: events become requests, responses become results."""
