"""From native resources to the graph that rules read, by mapping tables that are data.

tables = load_tables()
demand = demand_of(tables, reads, kinds)        # what loaders must evaluate
graph = link(normalise(natives, tables, reads, kinds), tables)
"""

from scanner.normalise.demand import closure
from scanner.normalise.demand import demand as demand_of
from scanner.normalise.edges import link
from scanner.normalise.resources import Normalised, normalise
from scanner.normalise.tables import Tables, load_tables, make_tables

__all__ = ["Normalised", "Tables", "closure", "demand_of", "link", "load_tables", "make_tables", "normalise"]
