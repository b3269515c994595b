"""What comes out: checked tables, and runs on disk."""
