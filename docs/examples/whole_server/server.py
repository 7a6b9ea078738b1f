"""The MCP server of the three functions of this folder: the one in books.py."""

from books import server

from gatehouse.whole_server import whole_server

SERVER = whole_server(server)
