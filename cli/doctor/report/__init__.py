"""What was seen and found, as text, as JSON and as a page. All of it is masked and made plain."""
