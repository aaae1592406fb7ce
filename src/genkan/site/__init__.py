"""Site: settings, wiring, addresses, the `genkan` command and what runs beside the portal.

Words
    deployment  one running installation and its settings
    stack       portal, worker and, for the demo, mail catcher and the sample service

Always true
    - Only `settings` and `environment` read the environment; everybody else gets values.
    - No secret has a default, and what is dangerous must be asked for by name.
"""
