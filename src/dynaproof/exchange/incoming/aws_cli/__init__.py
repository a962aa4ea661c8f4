"""Command lines of the AWS CLI as requests."""
