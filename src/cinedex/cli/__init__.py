"""Commands that call services; no rules of their own."""
