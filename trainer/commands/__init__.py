"""The commands, one file a group: each reads its options, asks the wiring for what it needs, and prints."""
