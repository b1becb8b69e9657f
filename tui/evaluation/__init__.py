"""What the Evaluate tab is made of: what it has found, its views, and the examples in one of them."""
