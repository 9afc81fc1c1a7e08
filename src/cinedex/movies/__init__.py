"""The catalogue: what a movie is, how it is added and read."""
