"""The data on disk, and its only reader and writer."""
