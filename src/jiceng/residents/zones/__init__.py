"""The exchange between the zones of residents and staff: signed files, reviewed by a second person, both ways."""
