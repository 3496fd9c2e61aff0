"""The native API under /api/v2: parse, one call of a service, return; one file a noun."""
