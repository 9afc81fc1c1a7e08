"""Cinedex: a movie catalogue and search service."""
