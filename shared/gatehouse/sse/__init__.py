"""HTTP+SSE (MCP 2024-11-05, Transports): streams, the posts to them, and what lies in between."""
