"""What every test stands on: markers by folder, servers for the run, no network, Chromium."""
