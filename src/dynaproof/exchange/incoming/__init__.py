"""Other tools' files, read: one module for each format, each gives a draft."""
