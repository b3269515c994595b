"""Why it is late: causes as minimal sets of limits, what each limit alone would gain, and its worth."""
