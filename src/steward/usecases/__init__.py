"""What can be done: one async function per intention. No framework, no I/O of their own."""
