"""Who may do what, written out: the rows, what is sent with them, and the world that they are asked in."""
