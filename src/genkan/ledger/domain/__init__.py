"""Decisions of the ledger: entries and their commitments, the tree, checkpoints, verification."""
