"""What runs in a process of its own, under limits or beside another library: none of it needs Django."""
