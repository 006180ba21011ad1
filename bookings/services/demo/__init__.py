"""A city to try the site with: made up from a seed, written in bulk, never in production."""
