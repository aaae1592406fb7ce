"""Decisions of delivery: whom an article is for, and what of it a reader sees."""
