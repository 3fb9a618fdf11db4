"""What people without an account may see and do, and the exchange between the zone of residents and that of staff."""
