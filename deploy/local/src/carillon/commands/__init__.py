"""The commands of `carillon`, one file each."""
