"""Other tools' files, in and out.

In: a file -> a draft -> a definition with its datasets. Out: a definition -> files.
What a form cannot hold is said with its place; nothing is dropped in silence.
"""
