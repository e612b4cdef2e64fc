"""Writing over the web: who may, SPARQL Update, the Graph Store Protocol, and the process that changes the data."""
