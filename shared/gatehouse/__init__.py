"""Gatehouse: an OAuth 2.1 authorization server and the MCP server behind it, on AWS Lambda."""

__version__ = "0.1.0"
