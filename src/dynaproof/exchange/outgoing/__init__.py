"""One module for each form that a definition can be exported to; ``formats`` lists them."""
