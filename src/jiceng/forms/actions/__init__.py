"""Every write of this room: drafting and issuing a form, asking and answering, signing off."""
