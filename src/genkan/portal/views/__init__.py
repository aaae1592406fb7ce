"""Pages of the portal: what fits and what is held; the export; leaving."""
