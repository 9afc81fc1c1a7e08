"""What every room stands on: transactions, outbox, folding, cache, errors. Knows no feature."""
