"""Real parts and small stand-ins for the outside, shared by all tests."""
