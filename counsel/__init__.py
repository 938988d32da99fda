"""People helping people: cases that wait for a counselor, and when somebody is there."""
