"""What those who run the service see of it: the request log, metrics, limits of rates, and whether it is ready."""
