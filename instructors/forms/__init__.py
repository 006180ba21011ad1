"""What instructors type, and what visitors choose."""
