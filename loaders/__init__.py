"""Article in, graph out."""
