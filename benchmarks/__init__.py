"""Measurements of linlog beside its peers: `python3 dev bench`."""
