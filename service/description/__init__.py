"""What this service says of itself: what the graph holds, counted, and how it can be asked."""
