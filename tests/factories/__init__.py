"""What tests are made of: one file a column, and the only way tests make things."""
