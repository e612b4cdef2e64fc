"""The built-in edition of each article: the facts of the source in our own words."""
