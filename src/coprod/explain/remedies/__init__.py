"""What cannot all be kept, and the cheapest changes that end it."""
