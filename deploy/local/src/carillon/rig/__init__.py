"""A rig: the notifier on real parts, driven by events alone, for fault tests and benchmarks."""

from carillon.rig.facts import Person, facts_about, partner_fact
from carillon.rig.rig import Rig

__all__ = ["Person", "Rig", "facts_about", "partner_fact"]
