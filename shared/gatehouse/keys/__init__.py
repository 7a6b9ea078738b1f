"""The keys that sign access tokens: made here, sealed by KMS, published as a JWKS."""
