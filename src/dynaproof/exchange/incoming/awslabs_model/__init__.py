"""A data model of awslabs: tables, items, access patterns with command lines."""
