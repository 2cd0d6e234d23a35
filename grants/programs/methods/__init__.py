"""The allocation methods, one definition a file; each adds itself to METHODS."""
