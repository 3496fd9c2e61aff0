"""The tests of linlog."""
