"""How things are kept and fetched: databases, identity providers, price sources, logs and metrics."""
