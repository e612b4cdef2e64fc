"""Rules that read statements out of an article: one module per kind of evidence, cues as data in ``ontology/lexicon``."""
