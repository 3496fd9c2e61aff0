"""One file a noun: what the SDK offers for it, as `client.projects`, `client.tasks` and so on."""
