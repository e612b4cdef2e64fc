"""What the SPARQL page offers around a query: the words of this graph, layout, a short address, code that asks it."""
