"""Queries, results, the index and how it follows the catalogue. Owns no table."""
