"""What the words mean: vocabulary, lexicon, units, and the little code that reads them."""
