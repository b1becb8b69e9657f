"""What tabs are built from: each knows nothing of a stage."""
