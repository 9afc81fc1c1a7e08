"""The index in the process: Tantivy, memory-mapped, one directory for each generation."""
