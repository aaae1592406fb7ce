"""The pages, as a Flask application."""
