"""The steps a buyer can take, one file each."""
