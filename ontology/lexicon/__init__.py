"""The words articles use: tables of headings, concepts, cues, units, corrections, and the code that reads them."""
