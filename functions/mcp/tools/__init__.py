"""The tools of this server: every module here is loaded, every function marked `@tool` served."""
