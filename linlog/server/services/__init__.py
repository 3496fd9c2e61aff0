"""The rules of the product: who may do what, and what follows; one file a noun."""
