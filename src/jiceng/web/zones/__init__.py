"""The exchange with the zone of residents, for those of the staff who may make matters public."""
