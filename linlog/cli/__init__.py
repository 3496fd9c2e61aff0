"""The commands: `linlog NOUN VERB`, data on stdout and talk on stderr."""
