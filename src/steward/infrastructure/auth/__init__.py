"""Proving who somebody is: password hashes, Steward's own tokens, Supabase Auth."""
