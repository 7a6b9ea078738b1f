"""Types as JSON Schemas, and values checked against them."""
