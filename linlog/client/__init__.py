"""The SDK: a client of the native API, and the trainer that follows a training run."""
