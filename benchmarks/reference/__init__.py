"""The reference for stable laws: values enclosed in balls, and the table that is made of them."""
