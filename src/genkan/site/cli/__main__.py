"""`python -m genkan.site.cli` is the `genkan` command."""

from genkan.site.cli import main

main()
