"""PostgreSQL: transactions from pools, a signal by NOTIFY, a lead by an advisory lock."""
