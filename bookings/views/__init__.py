"""Pages about lessons, a module a capability."""
