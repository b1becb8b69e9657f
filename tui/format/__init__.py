"""What the Format tab consists of."""
