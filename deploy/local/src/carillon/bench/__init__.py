"""Benchmarks: what the whole path carries on this machine, with conservation checked in the same run."""
