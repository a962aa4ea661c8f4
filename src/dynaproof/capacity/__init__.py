"""What the service charges, predicted by rules that name their source. Standard library only.

Import from the modules: ``predictor`` (one request), ``store`` (the items that it meets),
``prediction`` (what comes out), ``conformance`` (recorded cases), ``item_size``.
"""
