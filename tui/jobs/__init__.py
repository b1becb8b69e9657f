"""What the Jobs tab is made of: its rows, its texts and its charts."""
