"""Pages about the supply: who teaches and when, and the instructor's own hours."""
