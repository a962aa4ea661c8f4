"""DynamoDB's expressions: parsed, checked and evaluated.

Import from the modules: ``parser``, ``syntax_tree``, ``check``, ``evaluation``, ``update``.
"""
