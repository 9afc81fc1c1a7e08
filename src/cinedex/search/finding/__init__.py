"""How films are found whichever engine holds them: what is looked up, in what turn, and how far."""
