"""`gatehouse doctor`: an MCP server's sign-in, walked as the known clients walk it."""
