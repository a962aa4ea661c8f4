"""DynamoDB Local: getting it (``install``), and running it (``server``, ``background``).

Import from the modules: ``install``, ``installation``, ``java``, ``server``, ``background``.
"""
