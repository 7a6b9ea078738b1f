"""Runs the tasks of the MCP server: a function that nothing but that server reaches."""

from server import SERVER

from gatehouse.task_runs import task_runs

handler = task_runs(SERVER)
