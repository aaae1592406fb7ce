"""The OpenID Foundation's plans, module by module: what the suite sends, and what fails a module.

Each test has the name of its module, and holds what the module counts as a failure.
"""
