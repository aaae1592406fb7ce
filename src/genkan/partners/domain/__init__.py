"""Partners as values: what is agreed and offered, plans that change it, messages to be sent."""
