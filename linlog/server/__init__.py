"""The platform: a server that keeps projects, datasets, models and evaluations."""
