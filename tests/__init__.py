"""The promises, tested: over HTTP, on real databases, by two users and two workers."""
