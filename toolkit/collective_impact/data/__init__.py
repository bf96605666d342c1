"""The contract of an initiative's data package: its tables, reading and checking them, and what they hold."""
