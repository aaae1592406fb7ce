"""Background work of residents."""
