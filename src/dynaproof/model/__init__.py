"""What a definition says: frozen dataclasses, standard library only.

Import from the modules: ``table``, ``entity``, ``item``, ``access_pattern``, ``template``,
``definition``, ``diagnostic``, ``codes``.
"""
