"""Who is there and what they may do: register, log in, tokens, guards."""
