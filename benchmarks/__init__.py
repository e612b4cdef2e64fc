"""The same workload for etiograph and its peers."""
