"""What is true: frozen values and pure functions. Standard library only; nothing here does I/O."""
