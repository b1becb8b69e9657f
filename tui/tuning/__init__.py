"""What the Tune tab is made of: its form, what stands beside it, and a planned job in words."""
