"""The compiled form of a study: arrays the engines work on."""

from coprod.network.checks import check_network
from coprod.network.compile import compile_network
from coprod.network.network import CATEGORIES, Network
from coprod.network.periods import Periods

__all__ = ["CATEGORIES", "Network", "Periods", "check_network", "compile_network"]
