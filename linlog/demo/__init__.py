"""The demo: real digits, real small models, and a server of its own to look at them with."""
