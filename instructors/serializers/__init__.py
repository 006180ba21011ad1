"""Shapes of the API about the supply."""
