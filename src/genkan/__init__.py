"""Genkan (玄関): the front door between residents and the services of a region.

Each folder is one app: its pages, rules, queries, tables and jobs. Apps import only
apps below them, and only through their `api`; docs/architecture.md has the order.
"""
