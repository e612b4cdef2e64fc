"""The SPARQL 1.1 family over HTTP: cases written from the standards, over one real server."""
