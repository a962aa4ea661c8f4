"""A schema of awslabs: tables with entities, fields and access patterns."""
