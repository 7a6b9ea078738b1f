"""People who come from an identity provider: OpenID Connect by issuer URL, and GitHub."""
