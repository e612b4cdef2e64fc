"""What the web sees: store, SPARQL Protocol, Linked Data, API, pages, command line."""
