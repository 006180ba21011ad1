"""What an operator asks the running site: is it well, how fast is it, what do its servers say."""
