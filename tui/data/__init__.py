"""What the Data tab is made of: each module adds one thing that is done with records to those before it."""
