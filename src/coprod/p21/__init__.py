"""Budget books (exhibits P-40, P-5, P-5a, P-21) made into studies and tables."""
