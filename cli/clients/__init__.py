"""`gatehouse clients`: who registered, who published a document, and whom the operator added."""
