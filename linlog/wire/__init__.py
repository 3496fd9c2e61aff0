"""The nouns that cross the network, as frozen dataclasses that import nothing heavy."""
