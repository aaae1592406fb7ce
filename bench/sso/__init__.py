"""The provider's hot paths, next to other providers and with more and more residents."""
