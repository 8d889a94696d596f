"""The history in the forms that others read: pure functions from values to text or bytes."""
