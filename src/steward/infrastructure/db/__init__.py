"""The databases: tables and one repository per feature, statements compiled once, two drivers."""
