"""Rules that read statements out of an article: one module per kind of evidence, words as data in ``ontology``."""
