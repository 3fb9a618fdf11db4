"""Loading a list of divisions, up to all 665,276 of the country, with their dated positions.

Everything is read (`listing`), checked and worked out (`placing`) first, by columns rather than by records;
then one short write stores it (`storing`). A list says what there was on a day: what it names and the
ledger lacks begins, what differs changes on that day, what it does not name stays. Loading the same list
twice changes nothing the second time.
"""

from jiceng.organisations.region_loading.listing import is_list, read_list
from jiceng.organisations.region_loading.storing import Loaded, load_file, load_regions

__all__ = ["Loaded", "is_list", "load_file", "load_regions", "read_list"]
