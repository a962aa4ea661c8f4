"""The review of a data model: one page from the JSON of a run, as HTML, PDF and Markdown."""
