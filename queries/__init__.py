"""Questions worth asking: one file each, and their reader."""
