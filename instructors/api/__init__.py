"""The API about the supply."""
