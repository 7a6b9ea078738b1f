"""Fetching what others publish, from URLs that strangers name; knows nothing of OAuth."""
