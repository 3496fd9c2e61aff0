"""What the platform remembers: SQL in, wire classes out; one file a noun."""
